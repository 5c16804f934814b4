import { describe, expect, it } from "vitest";
import { createKnobs, type Knobs, STEPS, stepValue } from "../../../../src/state/space/knobs";
import { CONFIG, DEAD } from "../scriptedInference";
import { openSpace } from "./openSpace";

async function open(fail?: "ablation") {
  const made = await openSpace(fail);
  return { ...made, knobs: createKnobs(made.space) };
}

/** A decoded picture's first pixels are its code's numbers. */
const shown = ({ store }: Knobs, number: number) => store.getState().picture?.pixels[number];

describe("knobs", () => {
  it("come in the order of what they are worth, dead ones left out", async () => {
    const { knobs, settle, asked } = await open();
    expect(knobs.store.getState().order[0]).toBe(0);
    await settle(() => knobs.store.getState().ablation !== null);
    const { order, ablated } = knobs.store.getState();
    expect(order.slice(0, 3)).toEqual([60, 55, 50]);
    expect(order).toHaveLength(CONFIG.latentSize - DEAD.length);
    for (const number of DEAD) expect(order).not.toContain(number);
    // Of a test split of 30 all are taken.
    expect(ablated).toBe(30);
    expect(asked.ablation[0]?.means).toEqual(knobs.store.getState().spread?.means);
  });

  it("turn one number and leave the others, and go back", async () => {
    const { knobs, settle } = await open();
    await settle(() => knobs.store.getState().picture !== null);
    const before = shown(knobs, 8);
    knobs.set(7, 0.5);
    await settle(() => shown(knobs, 7) === 178);
    expect(shown(knobs, 8)).toBe(before);
    knobs.set(8, 0.25);
    knobs.reset(7);
    await settle(() => shown(knobs, 8) === 153);
    const { own, values } = knobs.store.getState();
    expect(values[7]).toBe(own[7]);
    knobs.reset(null);
    expect(knobs.store.getState().values).toEqual(own);
    knobs.choose(4);
    await settle(() => shown(knobs, 8) === before! || shown(knobs, 8) !== 153);
    expect(knobs.store.getState().values).not.toEqual(own);
  });

  it("have a row of pictures from low to high for each in sight", async () => {
    const { knobs, settle } = await open();
    await settle(() => knobs.store.getState().ablation !== null);
    await settle(() => knobs.store.getState().rows.has(60));
    const { rows, spread } = knobs.store.getState();
    expect(rows.size).toBe(12);
    const strip = rows.get(60)!;
    for (let step = 0; step < STEPS; step++) {
      const byte = strip.pixels[step * 784 + 60]!;
      expect(Math.abs(byte - (128 + 100 * stepValue(spread!, 60, step)))).toBeLessThan(1);
    }
    knobs.showMore();
    await settle(() => knobs.store.getState().rows.size === 24);
  });

  it("keep the code's order where the measuring is stopped or fails", async () => {
    const { knobs, settle, space } = await open("ablation");
    await settle(() => space.store.getState().failure !== null);
    expect(knobs.store.getState()).toMatchObject({ ablation: null, share: null });
    const other = await open();
    await other.settle(() => other.knobs.store.getState().share !== null);
    other.knobs.stop();
    await other.settle(() => other.knobs.store.getState().share === null);
    expect(other.knobs.store.getState().ablation).toBeNull();
    expect(other.space.store.getState().failure).toBeNull();
  });
});
