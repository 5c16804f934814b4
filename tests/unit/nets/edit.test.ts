import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import type { ImageShape } from "../../../src/math/image-set";
import {
  changeLayer,
  decoderOf,
  draftOf,
  insertKind,
  insertLayer,
  isImplied,
  markCode,
  moveLayer,
  type NetDraft,
  netOfDraft,
  problemOf,
  removeLayer,
  setMirrored,
  shapesOf,
  whyNotMirrored,
} from "../../../src/nets/edit";
import { markOf, NEW_KINDS, settingsOfLayer, takes } from "../../../src/nets/kinds";
import { PRESETS, presetNet } from "../../../src/nets/presets";
import { IMAGE_INPUT } from "../../../src/nets/spec";
import { summarizeNet } from "../../../src/nets/summary";
import { netText, parseNet } from "../../../src/nets/text";
import type { Unnamed } from "../../../src/nets/text/kinds";

const { height, width, channels } = FASHION_MNIST;
const IMAGE = { height, width, channels };
const SMALL = { height: 8, width: 12, channels: 3 };

const draft = (text: string, image: ImageShape = IMAGE) => draftOf(parseNet(text, image));
const textOf = (of: NetDraft) => netText(netOfDraft(of));
/** Id of the n-th layer of that kind. */
const idOf = ({ layers }: NetDraft, kind: Unnamed["kind"], nth = 0) =>
  layers.filter(({ layer }) => layer.kind === kind)[nth]!.id;

const SHORT = "conv 8 3 relu > pool 2 > latent 16 relu > mirror";
const BASELINE = "conv 32 3 relu > pool 2 > latent 128 relu > mirror";
/** The same net, whose decoder is one's own: its last layer is no mirror's. */
const OWN =
  "conv 8 3 relu > pool 2 > latent 16 relu > dense 1568 relu > shape 14x14x8 > up 2 > conv 8 3 relu > conv 1 5 sigmoid";

describe("the draft of a net", () => {
  it.each(PRESETS)("of %s is that net again, name for name", (preset) => {
    const net = presetNet(preset, 64, IMAGE);
    expect(netOfDraft(draftOf(net), net.name)).toEqual(net);
    expect(problemOf(draftOf(net))).toBeNull();
  });

  it("tells whether its decoder mirrors its encoder", () => {
    expect(draft(BASELINE).isMirrored).toBe(true);
    expect(draftOf(presetNet("baseline", 128, IMAGE)).isMirrored).toBe(true);
    expect(draft(OWN).isMirrored).toBe(false);
    expect(draftOf(presetNet("loom", 64, IMAGE)).isMirrored).toBe(false);
    expect(whyNotMirrored(draftOf(presetNet("loom", 64, IMAGE)))).toMatch(/has branches/);
    expect(whyNotMirrored(draft(OWN))).toBeNull();
    expect(whyNotMirrored(draft("rescale 0.5 > latent 9 > dense 784 > shape 28x28x1"))).toMatch(
      /no other undoes/,
    );
  });

  it("leaves out what goes without saying", () => {
    const of = draft(BASELINE);
    const said = of.layers.filter((_, place) => !isImplied(of, place));
    expect(said.map(({ layer }) => markOf(layer))).toEqual([
      "Conv 32",
      "Max pool 2",
      "Dense 128",
      "Dense 6272",
      "Reshape",
      "Up 2",
      "Conv 32",
      "Conv 1",
    ]);
  });
});

describe("a layer that is put in", () => {
  it("is undone by the decoder where that mirrors the encoder", () => {
    const of = draft(SHORT);
    const { draft: pooled, id } = insertKind(of, of.code, "maxPool");
    expect(textOf(pooled)).toBe(
      "conv 8 3 relu > pool 2 > pool 2 > latent 16 relu > dense 392 relu > shape 7x7x8 > up 2 > up 2 > conv 8 3 relu > conv 1 3 sigmoid",
    );
    expect(pooled.layers.find((layer) => layer.id === id)?.layer).toEqual({
      kind: "maxPool",
      size: [2, 2],
    });
    expect(pooled.isMirrored).toBe(true);
    const { draft: convolved } = insertKind(pooled, idOf(pooled, "maxPool", 1), "conv");
    expect(textOf(convolved)).toMatch(/^conv 8 3 relu > pool 2 > conv 8 3 relu > pool 2 > latent/);
    expect(problemOf(convolved)).toBeNull();
  });

  it("ends the mirroring in the decoder, whose beginning fits the image", () => {
    const of = draft(SHORT);
    const { draft: larger } = insertKind(of, idOf(of, "upsample"), "upsample");
    expect(larger.isMirrored).toBe(false);
    expect(textOf(larger)).toBe(
      "conv 8 3 relu > pool 2 > latent 16 relu > dense 392 relu > shape 7x7x8 > up 2 > up 2 > conv 8 3 relu > conv 1 3 sigmoid",
    );
    // And back, once it is gone.
    const { draft: back } = removeLayer(larger, idOf(larger, "upsample"));
    expect(textOf(back)).toBe(textOf(of));
  });

  it("makes images of other sides than square ones, too", () => {
    const of = draft("conv 4 3 > latent 5 > dense 384 > shape 8x12x4 > conv 3 3 sigmoid", SMALL);
    const { draft: larger } = insertKind(of, null, "upsample");
    expect(textOf(larger)).toMatch(/dense 96 > shape 4x6x4 > conv 3 3 sigmoid > up 2$/);
    expect(problemOf(larger)).toBeNull();
  });

  it("has what suits its place", () => {
    const of = draft(OWN);
    const seven = insertKind(insertKind(of, of.code, "maxPool").draft, of.code, "averagePool");
    expect(seven.draft.layers.find(({ id }) => id === seven.id)?.layer).toEqual({
      kind: "averagePool",
      size: [7, 7],
    });
    const last = insertKind(of, null, "conv");
    expect(last.draft.layers.at(-1)?.layer).toMatchObject({ filters: 1, activation: "sigmoid" });
    const first = insertKind(of, of.layers[0]!.id, "conv");
    expect(first.draft.layers[0]?.layer).toMatchObject({ filters: 8, activation: "relu" });
    const dense = insertKind(of, of.code, "dense");
    expect(textOf(dense.draft)).toMatch(/pool 2 > dense 128 relu > latent 16 relu/);
  });

  it("stands on the input of the layer behind it, and leaves paths round it", () => {
    const of = draft(
      "conv 4 3 as skip > conv 4 3 > add skip > latent 5 > dense 784 > shape 28x28x1",
    );
    const { draft: more } = insertKind(of, idOf(of, "add"), "batchNorm");
    expect(textOf(more)).toMatch(/^conv 4 3 as skip > conv 4 3 > norm as encoder_norm > add skip/);
    const { draft: sooner } = insertKind(of, idOf(of, "conv", 1), "batchNorm");
    expect(textOf(sooner)).toMatch(
      /^conv 4 3 as skip > norm > conv 4 3 as encoder_conv_2 > add skip/,
    );
  });

  it("makes an impossible net of what does not fit, and says what is wrong where", () => {
    const of = draft(OWN);
    const { draft: wrong, id } = insertKind(of, idOf(of, "reshape"), "conv");
    expect(problemOf(wrong)).toEqual({
      id,
      message: expect.stringMatching(/^This layer takes height × width × channels, not 1568/),
    });
    expect(shapesOf(wrong).get(of.code)).toEqual([16]);
    expect(shapesOf(wrong).has(id!)).toBe(false);
    expect(removeLayer(wrong, id!).draft).toEqual(of);
  });
});

describe("a layer's settings", () => {
  it("are changed in the decoder, too, where that is a mirror", () => {
    const of = draft(SHORT);
    const { draft: wide } = changeLayer(of, of.layers[0]!.id, {
      kind: "conv",
      filters: 12,
      kernel: [5, 5],
      padding: "same",
      activation: "elu",
    });
    expect(textOf(wide)).toBe(
      "conv 12 5 elu > pool 2 > latent 16 relu > dense 2352 relu > shape 14x14x12 > up 2 > conv 12 5 elu > conv 1 3 sigmoid",
    );
  });

  it("keep units and shape as large as each other, whichever is changed", () => {
    const of = draft(OWN);
    const reshape = idOf(of, "reshape");
    const maps = changeLayer(of, reshape, { kind: "reshape", to: [14, 14, 4] }).draft;
    expect(textOf(maps)).toMatch(/dense 784 relu > shape 14x14x4/);
    const dense = idOf(of, "dense", 1);
    const units = changeLayer(of, dense, { kind: "dense", units: 3136, activation: "elu" }).draft;
    expect(textOf(units)).toMatch(/dense 3136 elu > shape 14x14x16/);
    const odd = changeLayer(of, dense, { kind: "dense", units: 3000, activation: "elu" }).draft;
    expect(problemOf(odd)).toEqual({
      id: reshape,
      message: "This layer cannot make 14×14×8 of 3000.",
    });
    const smaller = changeLayer(of, reshape, { kind: "reshape", to: [7, 7, 8] }).draft;
    expect(problemOf(smaller)).toEqual({
      id: null,
      message: "The net makes 14×14×1, and images of 28×28×1 are wanted.",
    });
  });

  it.each(NEW_KINDS)("of %s hold what they are set to", (kind) => {
    const of = draft(OWN);
    const isVector = !takes(kind, [2, 2, 1]);
    const { draft: with_, id } = insertKind(of, isVector ? of.code : of.layers[1]!.id, kind);
    const { layer } = with_.layers.find((each) => each.id === id)!;
    for (const setting of settingsOfLayer(layer)) {
      if (setting.type === "number") {
        const { min, max } = setting.rule;
        for (const value of [min, max]) {
          expect(settingOf(setting.with(value), setting.label)).toBe(value);
        }
        // A change of nothing is none.
        expect(setting.with(setting.value)).toEqual(layer);
      } else if (setting.type === "choice") {
        for (const value of Object.keys(setting.options)) {
          expect(settingOf(setting.with(value), setting.label)).toBe(value);
        }
        expect(setting.with("nothing of the kind")).toEqual(layer);
      } else {
        expect(setting.with(setting.value)).toEqual(layer);
      }
    }
  });
});

const settingOf = (layer: Unnamed, label: string) =>
  settingsOfLayer(layer).find((setting) => setting.label === label)?.value;

describe("a layer that is taken away", () => {
  it("takes what undoes it with it where the decoder is a mirror", () => {
    const of = draft(SHORT);
    const { draft: flat } = removeLayer(of, idOf(of, "maxPool"));
    expect(textOf(flat)).toBe(
      "conv 8 3 relu > latent 16 relu > dense 6272 relu > shape 28x28x8 > conv 8 3 relu > conv 1 3 sigmoid",
    );
  });

  it("gives the code to the layer before it", () => {
    const of = draft("conv 8 3 /2 > dense 32 > latent 16 > dense 784 > shape 28x28x1");
    const { draft: without } = removeLayer(of, of.code);
    expect(textOf(without)).toBe("conv 8 3 /2 > latent 32 > dense 784 > shape 28x28x1");
  });

  it("takes a join with it that has nothing left to join", () => {
    const of = draft(
      "conv 4 3 as skip > conv 4 3 > add skip > latent 5 > dense 784 > shape 28x28x1",
    );
    const { draft: plain } = removeLayer(of, idOf(of, "conv", 1));
    expect(textOf(plain)).toBe("conv 4 3 as skip > latent 5 > dense 784 > shape 28x28x1");
  });

  it("leaves the last one there", () => {
    const of = draft("conv 1 3 > code");
    expect(removeLayer(of, of.code).draft).toBe(of);
  });
});

describe("a layer that is moved", () => {
  it("is between the layers that it was moved between", () => {
    const of = draft("conv 8 3 relu > norm > pool 2 > latent 16 > mirror");
    const { draft: later } = moveLayer(of, idOf(of, "batchNorm"), of.code);
    expect(textOf(later)).toMatch(
      /^conv 8 3 relu > pool 2 > norm > latent 16 > dense 1568 relu > shape 14x14x8 > norm > up 2/,
    );
    expect(later.isMirrored).toBe(true);
    expect(moveLayer(of, idOf(of, "batchNorm"), idOf(of, "maxPool")).draft).toBe(of);
    const { draft: back } = moveLayer(later, idOf(later, "batchNorm"), idOf(later, "maxPool"));
    expect(textOf(back)).toBe(textOf(of));
  });

  it("stays the code", () => {
    const of = draft("conv 8 3 > dense 32 > latent 16 > dense 784 > shape 28x28x1");
    const { draft: sooner } = moveLayer(of, of.code, idOf(of, "dense"));
    expect(textOf(sooner)).toBe("conv 8 3 > latent 16 > dense 32 > dense 784 > shape 28x28x1");
  });
});

describe("the mirror", () => {
  it("is made anew when it is switched on", () => {
    const of = setMirrored(draft(OWN), true);
    expect(textOf(of)).toBe(
      "conv 8 3 relu > pool 2 > latent 16 relu > dense 1568 relu > shape 14x14x8 > up 2 > conv 8 3 relu > conv 1 3 sigmoid",
    );
    expect(setMirrored(of, false).layers).toEqual(of.layers);
  });

  it("is one's own decoder from a layer on that none undoes", () => {
    const of = draft(SHORT);
    const { draft: scaled } = insertKind(of, of.layers[0]!.id, "rescale");
    expect(scaled.isMirrored).toBe(false);
    expect(problemOf(scaled)).toBeNull();
  });

  it("waits while the encoder is impossible", () => {
    const of = draft(SHORT);
    const { draft: wrong, id } = changeLayer(of, idOf(of, "maxPool"), {
      kind: "maxPool",
      size: [3, 3],
    });
    expect(problemOf(wrong)?.id).toBe(id);
    expect(wrong.isMirrored).toBe(true);
    const { draft: right } = changeLayer(wrong, id!, { kind: "maxPool", size: [4, 4] });
    expect(textOf(right)).toMatch(/dense 392 relu > shape 7x7x8 > up 4/);
  });

  it("is of stacks of maps, too", () => {
    const of = draft("conv 8 3 relu > pool 2 > conv 4 3 relu > latent 16 > mirror");
    const maps = idOf(of, "conv", 1);
    const { draft: coded } = markCode(setMirrored(of, true), maps);
    expect(problemOf(coded)).toBeNull();
    expect(textOf(coded)).toMatch(/conv 4 3 relu > code > conv 4 3 relu > up 2/);
  });
});

describe("whatever is done to a net", () => {
  /** What a hand can do, by numbers that are taken over the layers that are there. */
  const ACTS = fc.array(
    fc.tuple(
      fc.constantFrom("insert", "remove", "move", "change", "code", "mirror"),
      fc.nat(50),
      fc.nat(50),
    ),
    { minLength: 1, maxLength: 12 },
  );

  const act = (of: NetDraft, [what, one, other]: readonly [string, number, number]): NetDraft => {
    const { layers } = of;
    const { id, layer } = layers[one % layers.length]!;
    const before = layers[other % (layers.length + 1)]?.id ?? null;
    switch (what) {
      case "insert":
        return insertKind(of, before, NEW_KINDS[one % NEW_KINDS.length]!).draft;
      case "remove":
        return removeLayer(of, id).draft;
      case "move":
        return moveLayer(of, id, before).draft;
      case "code":
        return markCode(of, id).draft;
      case "mirror":
        return setMirrored(of, one % 2 === 0);
      default: {
        const settings = settingsOfLayer(layer);
        const setting = settings[other % Math.max(1, settings.length)];
        if (setting?.type !== "number") return of;
        const next = setting.rule.whole ? 1 + (other % 6) : setting.rule.min;
        return changeLayer(of, id, setting.with(next)).draft;
      }
    }
  };

  const STARTS = [
    SHORT,
    OWN,
    "conv 4 3 as skip > conv 4 3 > add skip > latent 5 > dense 784 > shape 28x28x1",
  ];

  it("its layers take what is made before them, and a net that can be is what its text says", () => {
    fc.assert(
      fc.property(fc.constantFrom(...STARTS), ACTS, (text, acts) => {
        let of = draft(text);
        for (const each of acts) {
          of = act(of, each);
          const made = new Set([IMAGE_INPUT]);
          for (const { id, inputs } of of.layers) {
            expect(inputs.length).toBeGreaterThan(0);
            for (const input of inputs) expect(made).toContain(input);
            expect(made).not.toContain(id);
            made.add(id);
          }
          expect(made).toContain(of.code);
          if (problemOf(of) !== null) continue;
          const net = netOfDraft(of);
          const read = parseNet(netText(net), IMAGE);
          expect(netText(read)).toBe(netText(net));
          expect(summarizeNet(read).parameters).toBe(summarizeNet(net).parameters);
          if (!of.isMirrored) continue;
          // A mirror is what the text's word stands for.
          const encoder = of.layers.length - decoderOf(of).length;
          const last = netOfDraft(of).layers[encoder - 1]!.name;
          expect(last).toBe("latent");
          expect(setMirrored(of, true)).toEqual(of);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("what is put in and taken away again leaves the net as it was", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STARTS),
        fc.constantFrom("batchNorm", "dropout", "rescale", "activation"),
        fc.nat(50),
        (text, kind, at) => {
          const of = setMirrored(draft(text), false);
          const before = of.layers[at % of.layers.length]!.id;
          const { draft: more, id } = insertKind(of, before, kind);
          expect(netText(netOfDraft(removeLayer(more, id!).draft))).toBe(textOf(of));
        },
      ),
      { numRuns: 200 },
    );
  });
});

it("a given layer is put in as it is", () => {
  const of = draft(OWN);
  const { draft: more } = insertLayer(of, of.code, { kind: "dropout", rate: 0.35 });
  expect(textOf(more)).toMatch(/pool 2 > dropout 0.35 > latent 16/);
});
