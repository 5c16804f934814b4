import { describe, expect, it } from "vitest";
import { FASHION_MNIST } from "../../../../src/datasets/fashion-mnist";
import { createSpace } from "../../../../src/state/space/space";
import { CONFIG, scriptedInference } from "../scriptedInference";

const net = async () => ({ config: CONFIG, shape: FASHION_MNIST, weights: new Float32Array(9) });

describe("a space", () => {
  it("opens the net, and has its test images, their codes and what comes back of them", async () => {
    const { inference, asked, settle } = scriptedInference();
    const { store } = createSpace(inference, net);
    expect(store.getState().progress).toEqual({ step: "open", share: 0 });
    await settle(() => store.getState().progress === null);
    const { images, codes, rebuilt, net: opened } = store.getState();
    expect(opened?.net).toBe(7);
    expect([images?.count, codes?.count, rebuilt?.count]).toEqual([30, 30, 30]);
    expect(codes?.codes).toHaveLength(30 * CONFIG.latentSize);
    expect(asked.reconstruct).toEqual([{ net: 7, images: { part: "test" }, kept: null }]);
  });

  it("keeps a selection in order, and none as null", () => {
    const { store, select } = createSpace(scriptedInference().inference, net);
    select(new Set([20, 3, 100]));
    expect([...store.getState().selection!]).toEqual([3, 20, 100]);
    select([]);
    expect(store.getState().selection).toBeNull();
  });

  it("keeps the two places picked last", () => {
    const { store, pick } = createSpace(scriptedInference().inference, net);
    for (const place of [4, 5, 6]) pick(place);
    expect(store.getState().picked).toEqual([5, 6]);
    pick(5);
    expect(store.getState().picked).toEqual([6, 5]);
  });

  it("says what went wrong, and what to do", async () => {
    const { inference, settle } = scriptedInference(CONFIG, "encode");
    const { store } = createSpace(inference, net);
    await settle(() => store.getState().failure !== null);
    expect(store.getState().failure).toMatchObject({ message: "It broke.", remedy: "Mend it." });
    await settle(() => store.getState().progress === null);
  });

  it("closes its net and takes its questions back once it is disposed of", async () => {
    const { inference, asked, settle } = scriptedInference();
    const { store, dispose } = createSpace(inference, net);
    await settle(() => store.getState().images !== null);
    dispose();
    await settle(() => asked.close.length > 0);
    expect(asked.close).toEqual([{ net: 7 }]);
    expect(asked.reconstruct).toEqual([]);
    expect(store.getState().failure).toBeNull();
  });
});
