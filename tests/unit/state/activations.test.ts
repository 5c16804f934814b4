import { describe, expect, it } from "vitest";
import {
  type Activations,
  activationsOf,
  createActivationStore,
  layerOf,
} from "../../../src/state/activations";

const code = { layer: "latent", shape: [2], values: Uint8Array.of(0, 255) };
const SHOWN: Activations = { runId: "a", step: 8, index: 3, layers: [code] };

describe("activations", () => {
  it("are kept as they come, and told of", () => {
    const store = createActivationStore();
    let heard = 0;
    const stop = store.subscribe(() => {
      heard += 1;
    });
    expect(store.get()).toBeNull();
    store.accept({ type: "phase", runId: "a", phase: "training" });
    store.accept({ type: "activations", ...SHOWN });
    expect(store.get()).toEqual(SHOWN);
    stop();
    store.accept({ type: "activations", ...SHOWN, step: 9 });
    expect(store.get()?.step).toBe(9);
    expect(heard).toBe(1);
  });

  it("belong to one run, one image and one step", () => {
    expect(activationsOf(SHOWN, 3, "a", 8)).toBe(SHOWN);
    expect(activationsOf(SHOWN, 3, "a", null)).toBe(SHOWN);
    expect(activationsOf(SHOWN, 3, "a", 7)).toBeNull();
    expect(activationsOf(SHOWN, 2, "a", 8)).toBeNull();
    expect(activationsOf(SHOWN, 3, "b", 8)).toBeNull();
    expect(activationsOf(null, 3, "a", 8)).toBeNull();
    expect(activationsOf({ ...SHOWN, layers: [] }, 3, "a", 8)).toBeNull();
  });

  it("are found by the layer's name", () => {
    expect(layerOf(SHOWN, "latent")).toBe(code);
    expect(layerOf(SHOWN, "other")).toBeNull();
    expect(layerOf(null, "latent")).toBeNull();
  });
});
