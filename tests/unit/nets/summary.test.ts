import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import type { ImageShape } from "../../../src/math/image-set";
import { buildNet } from "../../../src/nets/build";
import { PRESETS, presetNet } from "../../../src/nets/presets";
import { oddWords } from "../../../src/nets/presets/halves";
import {
  endsInSigmoid,
  IMAGE_INPUT,
  isNested,
  type LayerSpec,
  type NetSpec,
  startsFromPca,
} from "../../../src/nets/spec";
import { checkNet, latentSizeOf, NetError, summarizeNet } from "../../../src/nets/summary";
import { netText, parseNet } from "../../../src/nets/text";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const IMAGE = { height: 6, width: 4, channels: 2 };

function netWith(layers: readonly LayerSpec[], image: ImageShape = IMAGE): NetSpec {
  return { name: "a-net", image, layers, code: layers[0]!.name };
}

const conv = { kind: "conv", kernel: [3, 3], padding: "same", activation: "linear" } as const;

/** Every kind of layer, with strides, both paddings and oblong kernels. */
const EVERY_KIND = netWith([
  { ...conv, name: "strided", filters: 3, stride: [2, 2], activation: "relu" },
  { kind: "batchNorm", name: "norm" },
  { kind: "dropout", name: "drop", rate: 0.25 },
  {
    kind: "convTranspose",
    name: "back",
    filters: 5,
    kernel: [3, 2],
    stride: [2, 2],
    padding: "valid",
    activation: "elu",
  },
  { ...conv, name: "oblong", filters: 4, kernel: [2, 1], padding: "valid", activation: "swish" },
  { kind: "maxPool", name: "pool", size: [2, 2] },
  { kind: "upsample", name: "up", factor: [2, 2] },
  { kind: "activation", name: "leaky", activation: { leakyRelu: 0.1 } },
  { kind: "flatten", name: "flat" },
  { kind: "nestedDropout", name: "cut", evenTo: 2 },
  { kind: "rescale", name: "scaled", scale: 0.5, offset: 1 },
  { kind: "dense", name: "dense", units: 24, activation: "linear" },
  { kind: "activation", name: "sigmoid", activation: "sigmoid" },
  { kind: "reshape", name: "shape", to: [3, 2, 4] },
  { kind: "concat", name: "join", inputs: ["shape", "strided"] },
  { ...conv, name: "eight", filters: 8 },
  { kind: "depthToSpace", name: "pixels", block: 2 },
  { kind: "add", name: "sum", inputs: [IMAGE_INPUT, "pixels"] },
  { kind: "activation", name: "clamped", activation: "clamp" },
]);

/** What moves a window over an image, and what changes its sides. */
const WINDOWS = netWith([
  { ...conv, name: "dilated", filters: 3, dilation: [2, 1], padding: "valid" },
  { kind: "pad", name: "pad", edges: [1, 2, 0, 1] },
  {
    kind: "depthwise",
    name: "each",
    kernel: [3, 2],
    padding: "same",
    activation: "relu",
    times: 2,
  },
  {
    kind: "separable",
    name: "both",
    filters: 5,
    kernel: [3, 3],
    padding: "same",
    activation: "elu",
  },
  { kind: "maxPool", name: "largest", size: [3, 2], stride: [1, 2], padding: "same" },
  { kind: "averagePool", name: "mean", size: [2, 2], padding: "valid" },
  { kind: "permute", name: "turned", order: [2, 1, 3] },
  {
    kind: "convTranspose",
    name: "back",
    filters: 2,
    kernel: [2, 1],
    stride: [3, 2],
    padding: "valid",
    activation: "linear",
  },
  { kind: "globalPool", name: "average", of: "average" },
  { kind: "dense", name: "dense", units: 72, activation: "linear" },
  { kind: "reshape", name: "shape", to: [9, 4, 2] },
  { kind: "crop", name: "crop", edges: [1, 2, 0, 0] },
]);

const NETS: readonly (readonly [string, NetSpec])[] = [
  ["every kind of layer", EVERY_KIND],
  ["windows of every kind", WINDOWS],
  ...PRESETS.flatMap((preset) =>
    [
      FASHION_MNIST,
      { height: 8, width: 12, channels: 3 },
      { height: 64, width: 64, channels: 3 },
    ].map(
      (image) =>
        [
          `${preset} for ${image.height}×${image.width}×${image.channels}`,
          presetNet(preset, 7, image),
        ] as const,
    ),
  ),
];

describe("summarizeNet", () => {
  it.each(NETS)("tells the shapes and weights that tfjs gives %s", (_name, net) => {
    const model = buildNet(net, 1);
    const { layers, parameters } = summarizeNet(net);
    expect(parameters).toBe(model.countParams());
    for (const { name, className, outputShape, parameters: weights } of layers) {
      const layer = model.getLayer(name);
      expect([name, className, [null, ...outputShape], weights]).toEqual([
        name,
        layer.getClassName(),
        layer.outputShape,
        layer.countParams(),
      ]);
    }
    expect(layers).toHaveLength(model.layers.length - 1);
    model.dispose();
  });

  it("counts a transposed convolution once for each input position", () => {
    const layer = summarizeNet(EVERY_KIND).layers.find(({ name }) => name === "back")!;
    expect(layer.multiplyAdds).toBe(3 * 2 * 3 * 2 * 3 * 5);
    expect(layer.parameters).toBe(3 * 2 * 3 * 5 + 5);
  });

  it("counts a convolution once for each output position, a dense layer once", () => {
    const layers = new Map(summarizeNet(EVERY_KIND).layers.map((layer) => [layer.name, layer]));
    expect(layers.get("strided")!.multiplyAdds).toBe(3 * 2 * 3 * 3 * 2 * 3);
    expect(layers.get("dense")!.multiplyAdds).toBe(layers.get("flat")!.outputShape[0]! * 24);
    expect(layers.get("norm")!.multiplyAdds).toBe(0);
  });

  it("joins a vector with each pixel of an image, and one channel with all", () => {
    const weighed = (kind: "multiply" | "maximum", ...joined: readonly (readonly string[])[]) =>
      netWith([
        { ...conv, name: "maps", filters: 2 },
        { kind: "globalPool", name: "means", of: "average", inputs: ["maps"] },
        { ...conv, name: "thin", filters: 1, inputs: ["maps"] },
        ...joined.map((inputs, place) => ({ kind, name: `joint_${place}`, inputs })),
      ]);
    const net = weighed(
      "multiply",
      ["thin", "means"],
      ["means", "maps"],
      ["thin", "maps", "means"],
    );
    for (const { outputShape } of summarizeNet(net).layers.slice(3)) {
      expect(outputShape).toEqual([6, 4, 2]);
    }
    expect(() => summarizeNet(weighed("maximum", ["means", "maps"]))).toThrow(
      '"joint_0" cannot compare 2 with 6×4×2',
    );
  });

  it("says what each layer is set to", () => {
    const details = (preset: "modified" | "loom") =>
      Object.fromEntries(
        summarizeNet(presetNet(preset, 4, FASHION_MNIST)).layers.map(({ name, detail }) => [
          name,
          detail,
        ]),
      );
    expect(details("modified")).toMatchObject({
      encoder_conv_1: "3×3, ReLU",
      encoder_pool_1: "2×2",
      encoder_norm_1: "",
      encoder_dropout: "20%",
      latent: "ReLU",
      decoder_upsampling_1: "2×2, nearest",
      reconstruction: "3×3, sigmoid",
    });
    expect(details("loom")).toMatchObject({
      encoder_conv_1: "3×3, stride 2, ReLU",
      pixels_scaled: "× 0.125",
      code_linear: "",
      decoder_residual: "3×3",
      decoder_pixels: "2×2",
    });
    const all = summarizeNet(EVERY_KIND).layers.map(({ detail }) => detail);
    expect(all).toEqual(expect.arrayContaining(["3×2, stride 2, ELU", "2×1, swish", "× 0.5 + 1"]));
  });

  it("names the layers that each takes its input from", () => {
    const { layers } = summarizeNet(EVERY_KIND);
    expect(layers[0]!.inputs).toEqual([IMAGE_INPUT]);
    expect(layers.find(({ name }) => name === "norm")!.inputs).toEqual(["strided"]);
    expect(layers.find(({ name }) => name === "sum")!.inputs).toEqual([IMAGE_INPUT, "pixels"]);
  });

  it.each<[string, readonly LayerSpec[], RegExp]>([
    [
      "a name that stands twice",
      [
        { ...conv, name: "a", filters: 2 },
        { ...conv, name: "a", filters: 2 },
      ],
      /called "a"/,
    ],
    [
      "an input that comes later",
      [
        { ...conv, name: "a", filters: 2, inputs: ["b"] },
        { ...conv, name: "b", filters: 2 },
      ],
      /"a" takes "b"/,
    ],
    [
      "a dense layer on an image",
      [{ kind: "dense", name: "code", units: 3, activation: "linear" }],
      /"code" takes a vector, not 6×4×2: flatten it first/,
    ],
    [
      "a convolution of a vector",
      [
        { kind: "flatten", name: "flat" },
        { ...conv, name: "conv", filters: 2 },
      ],
      /"conv" takes height × width × channels, not 48/,
    ],
    [
      "a window larger than the image",
      [{ ...conv, name: "conv", filters: 2, kernel: [5, 5], padding: "valid" }],
      /"conv" has windows of 5, larger than its input's 4/,
    ],
    [
      "a reshaping that does not fit",
      [{ kind: "reshape", name: "shape", to: [7, 7] }],
      /"shape" cannot make 7×7 of 6×4×2/,
    ],
    [
      "a sum of different shapes",
      [
        { kind: "maxPool", name: "pool", size: [2, 2] },
        { kind: "add", name: "sum", inputs: [IMAGE_INPUT, "pool"] },
      ],
      /"sum" cannot add 3×2×2 to 6×4×2/,
    ],
    [
      "a join of different sides",
      [
        { kind: "maxPool", name: "pool", size: [2, 2] },
        { kind: "concat", name: "join", inputs: [IMAGE_INPUT, "pool"] },
      ],
      /"join" cannot put 3×2×2 beside 6×4×2/,
    ],
    [
      "channels that no block divides",
      [{ kind: "depthToSpace", name: "pixels", block: 2 }],
      /"pixels" takes a multiple of 4 channels, not 2/,
    ],
    ["a sum of one", [{ kind: "add", name: "sum" }], /"sum" takes two inputs or more/],
    [
      "a layer of one input that is given two",
      [{ kind: "flatten", name: "flat", inputs: [IMAGE_INPUT, IMAGE_INPUT] }],
      /"flat" takes one input/,
    ],
    [
      "another shape at the end",
      [{ ...conv, name: "conv", filters: 3 }],
      /a-net makes 6×4×3, and images of 6×4×2 are wanted/,
    ],
  ])("refuses %s", (_name, layers, message) => {
    expect(() => summarizeNet(netWith(layers))).toThrow(NetError);
    expect(() => summarizeNet(netWith(layers))).toThrow(message);
  });

  it("refuses a net without its code", () => {
    const net = { ...netWith([{ ...conv, name: "conv", filters: 2 }]), code: "latent" };
    expect(() => summarizeNet(net)).toThrow(/a-net has no layer "latent" for its code/);
  });
});

describe("a preset", () => {
  it.each(PRESETS)("%s says by its layers what it is like", (preset) => {
    const net = presetNet(preset, 9, FASHION_MNIST);
    expect(latentSizeOf(net)).toBe(9);
    expect(endsInSigmoid(net)).toBe(preset !== "loom" && preset !== "nested");
    expect(isNested(net)).toBe(preset === "nested");
    expect(startsFromPca(net)).toBe(preset === "loom" || preset === "nested");
    expect(net.name).toBe(preset);
  });

  it("of a preset for odd sides tells what it does otherwise", () => {
    const words = (height: number, width: number) =>
      oddWords(presetNet("modified", 8, { height, width, channels: 1 }));
    expect(words(28, 28)).toBeNull();
    expect(words(8, 64)).toBeNull();
    expect(words(25, 25)).toBe(
      "25 × 25 pixels do not halve evenly: the last row and column are pooled alone, and what doubling then has too many of is cropped.",
    );
    expect(words(26, 28)).toMatch(/: the last row is pooled alone/);
    expect(words(28, 27)).toMatch(/: the last column is pooled alone/);
  });

  it.each(PRESETS)("%s takes images whose sides are odd, as it says in its text", (preset) => {
    for (const [height, width, channels] of [
      [9, 8, 1],
      [27, 31, 3],
      [14, 13, 1],
      [5, 6, 1],
    ] as const) {
      const image = { height, width, channels };
      const net = presetNet(preset, 2, image);
      expect(checkNet(net).layers.at(-1)?.outputShape).toEqual([height, width, channels]);
      const read = parseNet(netText(net), image, preset);
      expect(summarizeNet(read).parameters).toBe(summarizeNet(net).parameters);
      expect(netText(read)).toBe(netText(net));
    }
  });
});
