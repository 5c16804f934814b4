import { describe, expect, it } from "vitest";
import type { UmapOptions } from "../../../../../src/client/umap";
import { FASHION_MNIST } from "../../../../../src/datasets/fashion-mnist";
import type { NetConfig } from "../../../../../src/protocol/inference";
import { AnswerError } from "../../../../../src/protocol/rpc";
import type { UmapRequest } from "../../../../../src/protocol/umap";
import { axesOf, createMap, isUmapPending, restsOf } from "../../../../../src/state/space/map/map";
import { createSpace } from "../../../../../src/state/space/space";
import { CONFIG, scriptedInference } from "../../scriptedInference";

/** A map over scripted inference, with UMAP in the test's hands. */
function openMap(config: NetConfig = CONFIG) {
  const scripted = scriptedInference(config);
  const space = createSpace(scripted.inference, async () => ({
    config,
    shape: FASHION_MNIST,
    weights: new Float32Array(9),
  }));
  const layouts: {
    request: UmapRequest;
    options: UmapOptions;
    done: (positions: Float32Array) => void;
    fail: (error: Error) => void;
  }[] = [];
  const map = createMap(
    space,
    (request, options) =>
      new Promise((done, fail) => layouts.push({ request, options, done, fail })),
  );
  const ready = () => scripted.settle(() => map.store.getState().drawn !== null);
  return { ...scripted, space, map, layouts, state: map.store.getState, ready };
}

const row = (count: number) => Float32Array.from({ length: 2 * count }, (_, i) => i);

describe("a map", () => {
  it("begins with the principal axes and draws what lives in the middle", async () => {
    const { state, ready, asked, space } = openMap();
    await ready();
    expect(state()).toMatchObject({ axes: "pca", rest: "mean" });
    expect(state().chart!.x).toHaveLength(30);
    expect(state().here!.x).toBeCloseTo(0, 4);
    expect(state().nearest).not.toBeNull();
    const { codes, kept } = asked.decode[0]!;
    expect(kept).toBeNull();
    const { mean } = space.store.getState().axes!;
    for (const [i, value] of codes.entries()) expect(value).toBeCloseTo(mean[i]!, 4);
  });

  it("follows a hand to its last place, asking no more often than it is answered", async () => {
    const { map, state, ready, asked, settle } = openMap();
    await ready();
    const before = asked.decode.length;
    for (let x = 0; x <= 20; x++) map.goTo({ x, y: 1 });
    expect(state().here).toEqual({ x: 20, y: 1 });
    await settle(() => asked.decode.length === before + 2);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked.decode).toHaveLength(before + 2);
  });

  it("decodes from two numbers alone where the net is trained for it", async () => {
    const { map, state, ready, asked, settle } = openMap();
    await ready();
    map.setAxes("own");
    expect(state()).toMatchObject({ axes: "own", rest: "none" });
    map.goTo({ x: 0.5, y: -0.25 });
    await settle(() => asked.decode.at(-1)!.codes[0] === 0.5);
    const { codes, kept } = asked.decode.at(-1)!;
    expect(kept).toBe(2);
    expect([...codes.subarray(0, 4)]).toEqual([0.5, -0.25, 0, 0]);
    map.setRest("near");
    await settle(() => asked.decode.at(-1)!.kept === null);
    expect([...asked.decode.at(-1)!.codes.subarray(0, 2)]).toEqual([0.5, -0.25]);
  });

  it("stays with the garment that is looked at when the axes change", async () => {
    const { map, state, ready } = openMap();
    await ready();
    const chart = state().chart!;
    map.goTo({ x: chart.x[4]!, y: chart.y[4]! });
    expect(state().nearest).toBe(4);
    map.setAxes("own");
    expect(state().nearest).toBe(4);
    expect(state().here!.x).toBe(state().chart!.x[4]);
  });

  it("has UMAP lay out the garments from the principal axes on, and shows it on its way", async () => {
    const { map, state, ready, layouts, settle } = openMap();
    await ready();
    const begun = state().chart!;
    map.setAxes("umap");
    // Until there is a layout the points stay, and are known to be on other axes.
    expect(state().chart).toBe(begun);
    expect(isUmapPending(state())).toBe(true);
    const { request, options, done } = layouts[0]!;
    expect(request.codes).toHaveLength(30 * CONFIG.latentSize);
    expect(request.start[2]).toBe(begun.x[1]);
    expect(request.start[3]).toBe(begun.y[1]);
    options.onProgress({ step: "layout", share: 0.5, positions: row(30) });
    expect(state()).toMatchObject({ umap: { step: "layout", share: 0.5 } });
    expect(isUmapPending(state())).toBe(false);
    expect(state().chart!.y[1]).toBe(3);
    done(row(30).map((value) => 2 * value));
    await settle(() => state().umap === null);
    expect(state().chart!.y[1]).toBe(6);
    // What is known is not laid out again.
    map.setAxes("pca");
    map.setAxes("umap");
    expect(layouts).toHaveLength(1);
    expect(state().chart!.y[1]).toBe(6);
  });

  it("takes a choice that is made before the codes are there", async () => {
    const { map, state, layouts, settle } = openMap();
    expect(state().chart).toBeNull();
    map.setAxes("umap");
    expect(state()).toMatchObject({ axes: "umap", chart: null, umap: null });
    expect(isUmapPending(state())).toBe(false);
    map.setUmapPoints(12);
    expect(layouts).toHaveLength(0);
    await settle(() => layouts.length > 0);
    expect(layouts[0]!.request.start).toHaveLength(24);
    expect(state()).toMatchObject({ axes: "umap", umap: { step: "neighbours" } });
    expect(isUmapPending(state())).toBe(true);
  });

  it("takes no choice that the net turns out not to have", async () => {
    const one = { ...CONFIG, preset: "loom", latentSize: 1 } as const;
    const { map, state, ready } = openMap(one);
    map.setAxes("pca");
    await ready();
    expect(state().axes).toBe("own");
  });

  it("takes back what it said of UMAP that could not be had once that is asked for anew", async () => {
    const { map, state, ready, layouts, settle, space } = openMap();
    await ready();
    map.setAxes("umap");
    layouts[0]!.fail(new AnswerError("UMAP could not be loaded.", "Try again.", true));
    await settle(() => state().umapEnd === "missing");
    expect(space.store.getState().failure).toMatchObject({ isPassing: true });
    map.startUmap();
    expect(space.store.getState().failure).toBeNull();
    expect(layouts).toHaveLength(2);
    layouts[1]!.fail(new AnswerError("UMAP could not be loaded.", "Try again.", true));
    await settle(() => state().umapEnd === "missing");
    map.setAxes("pca");
    expect(space.store.getState().failure).toBeNull();
  });

  it("stops UMAP on demand and when another map is chosen, and lays out fewer garments", async () => {
    const { map, state, ready, layouts, settle, space } = openMap();
    await ready();
    map.setAxes("umap");
    map.stopUmap();
    expect(layouts[0]!.options.signal.aborted).toBe(true);
    expect(state()).toMatchObject({ umap: null, umapEnd: "stopped" });
    map.startUmap();
    map.setUmapPoints(12);
    expect(layouts[1]!.options.signal.aborted).toBe(true);
    expect(layouts[2]!.request.start).toHaveLength(24);
    map.setAxes("pca");
    expect(layouts[2]!.options.signal.aborted).toBe(true);
    map.setAxes("umap");
    layouts[3]!.fail(new Error("It broke."));
    await settle(() => state().umapEnd === "failed");
    expect(space.store.getState().failure?.message).toBe("It broke.");
  });

  it("draws all over the window, and drops that again", async () => {
    const { map, state, ready, asked, settle } = openMap();
    await ready();
    map.drawTiles({ left: 0, right: 4, bottom: 0, top: 2 }, 4);
    await settle(() => state().tiles !== null);
    expect(state().tiles).toMatchObject({ columns: 4, rows: 2, width: 1, height: 1 });
    expect(state().tiles!.pictures.pixels).toHaveLength(8 * 784);
    expect(asked.decode.at(-1)!.codes).toHaveLength(8 * CONFIG.latentSize);
    map.dropTiles();
    expect(state().tiles).toBeNull();
  });

  it("ends UMAP with itself", async () => {
    const { map, ready, layouts } = openMap();
    await ready();
    map.setAxes("umap");
    map.dispose();
    expect(layouts[0]!.options.signal.aborted).toBe(true);
  });
});

describe("a net's maps", () => {
  const net = (preset: NetConfig["preset"], latentSize: number) => ({
    net: {
      net: 1,
      config: { ...CONFIG, preset, latentSize },
      parameters: 1,
      nested: preset === "nested",
      drawn: false,
      packed: null,
    },
  });

  it("have axes of its own where two numbers stand for a garment", () => {
    expect(axesOf(net("loom", 64))).toEqual(["pca", "umap"]);
    expect(axesOf(net("loom", 2))).toEqual(["pca", "own", "umap"]);
    expect(axesOf(net("nested", 64))).toEqual(["pca", "own", "umap"]);
    // A single number is its own principal axis.
    expect(axesOf(net("nested", 1))).toEqual(["own", "umap"]);
  });

  it("begin with those where they are all that there is", async () => {
    const { state, ready } = openMap({ ...CONFIG, preset: "loom", latentSize: 2 });
    await ready();
    expect(state().axes).toBe("own");
  });

  it("let the other numbers be chosen where there are others", () => {
    expect(restsOf(net("loom", 64), "pca")).toEqual(["mean", "near"]);
    expect(restsOf(net("nested", 64), "own")).toEqual(["none", "mean", "near"]);
    expect(restsOf(net("loom", 2), "own")).toEqual([]);
    expect(restsOf(net("loom", 64), "umap")).toEqual([]);
  });
});
