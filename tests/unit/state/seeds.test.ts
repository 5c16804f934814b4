import { describe, expect, it } from "vitest";
import { configFor } from "../../../src/config/recipes";
import { SETTINGS } from "../../../src/config/settings";
import { reduceQueue } from "../../../src/state/queue";
import { notUnderWay, withSeeds } from "../../../src/state/seeds";
import { INITIAL_STATE, NEW_RUN, type Run } from "../../../src/state/state";

const settings = configFor("loom", { latentSize: 32, seed: 7 });
const seeds = (configs: readonly { seed: number }[]) => configs.map(({ seed }) => seed);

describe("settings with several seeds", () => {
  it("differ in nothing else, and go on from their own", () => {
    const runs = withSeeds(settings, 3);
    expect(seeds(runs)).toEqual([7, 8, 9]);
    expect(runs.map((run) => ({ ...run, seed: 7 }))).toEqual([settings, settings, settings]);
  });

  it("have theirs among them where it is the last that there is", () => {
    const { max } = SETTINGS.seed.type.limits;
    expect(seeds(withSeeds({ ...settings, seed: max }, 3))).toEqual([max - 2, max - 1, max]);
  });

  it("are not trained twice while one of them trains or waits", () => {
    const run: Run = { ...NEW_RUN, id: "run", config: settings, queued: null, phase: "training" };
    const waiting = { id: "a", config: { ...settings, seed: 9 }, tag: "" };
    const queue = reduceQueue(INITIAL_STATE.queue, { type: "enqueued", runs: [waiting] });
    const runs = withSeeds(settings, 3);
    expect(seeds(notUnderWay(runs, { run, queue }))).toEqual([8]);
    expect(seeds(notUnderWay(runs, { run: { ...run, phase: "finished" }, queue }))).toEqual([7, 8]);
    expect(seeds(notUnderWay(runs, { run: null, queue: INITIAL_STATE.queue }))).toEqual([7, 8, 9]);
  });
});
