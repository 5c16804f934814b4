import { describe, expect, it } from "vitest";
import { FASHION_MNIST } from "../../../../src/datasets/fashion-mnist";
import type { NetConfig } from "../../../../src/protocol/inference";
import { createLab } from "../../../../src/state/lab/lab";
import { CONFIG, scriptedInference } from "../scriptedInference";

const net = async () => ({ config: CONFIG, shape: FASHION_MNIST, weights: new Float32Array(9) });

describe("a lab", () => {
  it("shows the garments in turn, and what each rival makes of them at the slider's size", async () => {
    const { inference, settle } = scriptedInference();
    const { store, pictures } = createLab(inference, net, 16);
    const state = () => store.getState();
    await settle(() => state().jpegLane !== null && state().pcaLane !== null);
    expect(state().labels).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect(state().netLane).toMatchObject({ kept: 16, mean: { ssim: 0.016 } });
    expect(state().pcaLane).toMatchObject({ kept: 16 });
    expect(state().jpegLane).toMatchObject({ kept: 16, quality: 2, bytes: 16 });
    expect(pictures.get("net")?.pixels[0]).toBe(16);
    expect(pictures.get("original")?.count).toBe(12);
  });

  it("follows the slider to its last place, asking no more often than it is answered", async () => {
    const { inference, asked, settle } = scriptedInference();
    const { store, setKept, pictures } = createLab(inference, net, 16);
    await settle(() => store.getState().netCurve.length > 2 && store.getState().pcaLane !== null);
    const ofGarments = () =>
      asked.reconstruct.filter(({ kept }) => typeof kept === "number" && kept > 40 && kept < 64)
        .length;
    for (let size = 41; size <= 60; size++) setKept(size);
    expect(store.getState().kept).toBe(60);
    await settle(() => store.getState().netLane?.kept === 60);
    await settle(() => store.getState().pcaLane?.kept === 60);
    expect(pictures.get("net")?.pixels[0]).toBe(60);
    // The first of the burst and the last; what the curves measure at 48 is theirs.
    expect(ofGarments()).toBeLessThanOrEqual(3);
  });

  it("asks JPEG once for all sizes of one quality, and knows where none fits", async () => {
    const { inference, asked, settle } = scriptedInference();
    const { store, setKept } = createLab(inference, net, 16);
    // Until the curves have asked for all that they need.
    await settle(
      () => store.getState().jpegCurve.length === 6 && store.getState().netCurve.length > 11,
    );
    const before = asked.jpeg.length;
    for (const size of [17, 20, 23]) {
      setKept(size);
      expect(store.getState().jpegLane).toMatchObject({ kept: size, quality: 2, bytes: 16 });
    }
    setKept(3);
    expect(store.getState().jpegLane).toBe("none");
    expect(asked.jpeg).toHaveLength(before);
  });

  it("has a film of one garment at every size, and of another when it is chosen", async () => {
    const { inference, asked, settle } = scriptedInference();
    const { store, select, pictures } = createLab(inference, net, 16);
    await settle(() => store.getState().filmPca !== null && store.getState().filmNet !== null);
    const { stops } = store.getState();
    expect(stops.at(-1)).toBe(64);
    expect(pictures.get("filmNet")?.count).toBe(stops.length);
    expect([...store.getState().filmNet!.ssim]).toEqual(
      stops.map((stop) => Math.fround(stop / 1000)),
    );
    select(3);
    await settle(() =>
      asked.reconstruct.some(
        ({ images }) =>
          "indices" in images &&
          images.indices.every((index) => index === 103) &&
          images.indices.length === stops.length,
      ),
    );
  });

  it("measures the curves on the whole test split", async () => {
    const { inference, asked, settle } = scriptedInference();
    const { store } = createLab(inference, net, 16);
    const { stops } = store.getState();
    expect(stops).toEqual([]);
    await settle(() => store.getState().netCurve.length > 0);
    expect(store.getState().measured).toBeLessThan(1);
    await settle(() => store.getState().measured === 1);
    const { netCurve, pcaCurve } = store.getState();
    expect(netCurve.map(({ kept }) => kept)).toEqual(store.getState().stops);
    expect(pcaCurve.map(({ mean }) => mean.ssim)).toEqual(
      store.getState().stops.map((stop) => stop / 1000),
    );
    expect(asked.reconstruct.filter(({ images }) => "part" in images)).toHaveLength(
      netCurve.length,
    );
  });

  it("holds a net that is not nested at its own size", async () => {
    const config: NetConfig = { ...CONFIG, preset: "loom" };
    const { inference, asked, settle } = scriptedInference(config);
    const { store, setKept } = createLab(
      inference,
      async () => ({ config, shape: FASHION_MNIST, weights: new Float32Array(9) }),
      16,
    );
    await settle(() => store.getState().pcaCurve.length > 11);
    expect(store.getState()).toMatchObject({ kept: 64, filmNet: null });
    expect(store.getState().netCurve).toHaveLength(1);
    setKept(8);
    expect(store.getState().kept).toBe(64);
    expect(asked.reconstruct.every(({ kept }) => kept === null)).toBe(true);
  });

  it("says what went wrong, and what to do", async () => {
    const { inference, settle } = scriptedInference(CONFIG, "open");
    const { store } = createLab(inference, net, 16);
    await settle(() => store.getState().failure !== null);
    expect(store.getState().failure).toMatchObject({ message: "It broke.", remedy: "Mend it." });
  });

  it("closes its net and asks nothing more once it is disposed of", async () => {
    const { inference, asked, settle } = scriptedInference();
    const { store, dispose } = createLab(inference, net, 16);
    await settle(() => store.getState().netLane !== null);
    dispose();
    const before = asked.reconstruct.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked.close).toEqual([{ net: 7 }]);
    expect(asked.reconstruct).toHaveLength(before);
    expect(store.getState().failure).toBeNull();
  });
});
