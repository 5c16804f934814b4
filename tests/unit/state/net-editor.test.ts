import { beforeEach, describe, expect, it } from "vitest";
import { createStore } from "zustand/vanilla";
import type { RunConfig } from "../../../src/config/config";
import { configFor } from "../../../src/config/recipes";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { insertKind, removeLayer, setMirrored } from "../../../src/nets/edit";
import type { NetSpec } from "../../../src/nets/spec";
import { createNetEditor, type NetEditor } from "../../../src/state/net-editor";
import { changeSettings } from "../../../src/state/settings";
import { estimatedRate } from "../../../src/state/speed";
import { type AppState, INITIAL_STATE, NEW_RUN } from "../../../src/state/state";

/** As much of the app as the editor needs, with the reducer's own way of changing settings. */
function opened() {
  const store = createStore<AppState>(() => INITIAL_STATE);
  const change = (changed: Partial<RunConfig>) =>
    store.setState(({ settings }) => ({
      settings: changeSettings(settings, changed, FASHION_MNIST),
    }));
  const draft = (net: NetSpec | null) => store.setState({ draft: net });
  return { store, change, draft };
}

let app: ReturnType<typeof opened>;
let editor: NetEditor;
beforeEach(() => {
  app = opened();
  editor = createNetEditor(app);
});

const settings = () => app.store.getState().settings;
const draft = () => editor.state.getState().draft;
const idOf = (kind: string) => draft().layers.find(({ layer }) => layer.kind === kind)!.id;
const insert = (before: string, kind: "conv" | "batchNorm" | "dropout" | "maxPool") =>
  editor.edit(insertKind(draft(), before, kind).draft);
const rename = (netName: string) => app.change({ netName });

describe("the editor of nets", () => {
  it("gives the form a net of one's own with the first change, and takes it back", () => {
    expect(settings().net).toBeNull();
    insert(idOf("maxPool"), "batchNorm");
    expect(settings().net).toMatch(/^conv 32 3 relu > norm > pool 2 > latent 128 relu/);
    expect(settings()).toMatchObject({ preset: "baseline", latentSize: 128 });
    editor.undo();
    expect(settings()).toEqual(configFor("baseline"));
    editor.redo();
    expect(settings().net).toMatch(/norm/);
    editor.undo();
    editor.undo();
    expect(settings()).toEqual(configFor("baseline"));
  });

  it("leaves a preset its own where only the size of its code is another", () => {
    const { code } = draft();
    const layers = draft().layers.map((each) =>
      each.id === code && each.layer.kind === "dense"
        ? { ...each, layer: { ...each.layer, units: 40 } }
        : each,
    );
    editor.edit({ ...draft(), layers });
    expect(settings()).toMatchObject({ net: null, latentSize: 40 });
  });

  it("keeps the last net that could be while another cannot, and tells which one is drawn", () => {
    insert(idOf("maxPool"), "dropout");
    const { net } = settings();
    editor.edit(removeLayer(setMirrored(draft(), false), draft().layers.at(-1)!.id).draft);
    expect(editor.state.getState().problem?.message).toMatch(/makes 28×28×32/);
    expect(settings().net).toBe(net);
    expect(app.store.getState().draft?.layers.at(-1)?.kind).toBe("conv");
    editor.undo();
    expect(editor.state.getState().problem).toBeNull();
    expect(app.store.getState().draft).toBeNull();
    expect(settings().net).toBe(net);
  });

  it("takes a code of any size", () => {
    const { code } = draft();
    editor.edit(removeLayer(draft(), code).draft);
    expect(editor.state.getState().problem).toBeNull();
    expect(settings().latentSize).toBe(6272);
  });

  it("minimises what the net can have, and what it had before once that is back", () => {
    editor.take("flatten > dense 30 > code > dense 784 > shape 28x28x1");
    expect(settings()).toMatchObject({ latentSize: 30, loss: { meanSquaredError: 1 } });
    editor.undo();
    expect(settings()).toEqual(configFor("baseline"));
  });

  it("takes what is chosen elsewhere, a slider's way as one step", () => {
    insert(idOf("maxPool"), "conv");
    rename("Mine");
    const own = settings();
    app.change({ preset: "modified" });
    expect(draft().layers.some(({ layer }) => layer.kind === "batchNorm")).toBe(true);
    for (const latentSize of [40, 41, 42]) app.change({ latentSize });
    editor.undo();
    expect(settings()).toEqual(own);
    editor.undo();
    expect(settings()).toEqual(configFor("baseline"));
    editor.redo();
    editor.redo();
    expect(settings()).toMatchObject({ preset: "modified", latentSize: 42, net: null });
    // What comes after something else is no future any more.
    editor.undo();
    insert(idOf("maxPool"), "conv");
    expect(editor.state.getState().future).toEqual([]);
  });

  it("refuses a text that is no net", () => {
    expect(() => editor.take("conv 8 3")).toThrow(/has no code/);
    expect(settings().net).toBeNull();
  });
});

describe("about how fast a net would train", () => {
  const state = (run: Partial<AppState["run"]> | null): AppState => ({
    ...INITIAL_STATE,
    run: run && { id: "a", config: configFor("baseline"), queued: null, ...NEW_RUN, ...run },
  });
  /** The baseline's, of a forward pass. */
  const BASELINE = 9_282_688;

  it("is nothing before anything was measured here", () => {
    expect(estimatedRate(state(null), BASELINE)).toBeNull();
    expect(estimatedRate(state({ imagesPerSecond: 0 }), BASELINE)).toBeNull();
  });

  it("is what was measured, by the ratio of multiply-adds, to two digits", () => {
    const run = state({ imagesPerSecond: 1234 });
    expect(estimatedRate(run, BASELINE)).toBe(1200);
    expect(estimatedRate(run, 2 * BASELINE)).toBe(620);
    expect(estimatedRate(run, BASELINE / 3)).toBe(3700);
  });

  it("is of the net that is most like it", () => {
    const large = { ...NEW_RUN, id: "b", config: configFor("modified"), queued: null };
    const both = {
      ...state({ imagesPerSecond: 1000 }),
      earlier: [{ ...large, imagesPerSecond: 100 }],
    };
    expect(estimatedRate(both, BASELINE)).toBe(1000);
    const modified = estimatedRate(both, 55_000_000);
    expect(modified).toBeLessThan(160);
  });
});
