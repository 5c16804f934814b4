import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { PRESETS, presetNet } from "../../../src/nets/presets";
import {
  drawsItsCode,
  hasBottleneck,
  IMAGE_INPUT,
  isVariational,
  type NetSpec,
} from "../../../src/nets/spec";
import { summarizeNet } from "../../../src/nets/summary";
import { NetTextError, netText, parseNet } from "../../../src/nets/text";

const SMALL = { height: 8, width: 12, channels: 3 };

const shapes = (net: NetSpec) =>
  summarizeNet(net).layers.map(({ name, outputShape }) => `${name} ${outputShape.join("×")}`);

/** What is wrong with a text, and the words that it is about. */
function problemOf(
  text: string,
  image = FASHION_MNIST as { height: number; width: number; channels: number },
) {
  try {
    parseNet(text, image);
  } catch (error) {
    if (!(error instanceof NetTextError)) throw error;
    return { message: error.message, words: text.slice(error.from, error.to) };
  }
  throw new Error(`"${text}" is a net.`);
}

describe("parseNet", () => {
  it("reads the write-up's baseline, layer for layer and name for name", () => {
    const text =
      "conv 32 3 relu > pool 2 > latent 128 relu > dense 6272 relu > shape 14x14x32 > up 2 > " +
      "conv 32 3 relu > conv 1 3 sigmoid";
    const baseline = presetNet("baseline", 128, FASHION_MNIST);
    expect(parseNet(text, FASHION_MNIST, "baseline")).toEqual(baseline);
    expect(netText(baseline)).toBe(text);
  });

  it("mirrors an encoder", () => {
    const short = "conv 32 3 relu > pool 2 > latent 128 relu > mirror";
    const baseline = presetNet("baseline", 128, FASHION_MNIST);
    expect(parseNet(short, FASHION_MNIST, "baseline")).toEqual(baseline);
    const strided = parseNet(
      "conv 8 3 relu /2 > norm > dropout 0.1 > conv 16 3 elu > code > mirror",
      SMALL,
    );
    expect(netText(strided)).toBe(
      "conv 8 3 relu /2 > norm > dropout 0.1 > conv 16 3 elu > code > conv 16 3 elu > " +
        "dropout 0.1 > norm > up 2 > conv 8 3 relu > conv 3 3 sigmoid",
    );
    expect(shapes(strided).at(3)).toBe("latent 4×6×16");
  });

  it("has a dense layer and a sample for a code that is drawn", () => {
    const text = "conv 4 3 relu /2 > latent 5 relu sample l2 0.1 frozen > dense 288 > shape 8x12x3";
    const net = parseNet(text, SMALL);
    expect(shapes(net)).toContain("encoder_dense 10");
    expect(shapes(net)).toContain("latent 5");
    expect(net.code).toBe("latent");
    expect(net.layers[2]).toMatchObject({
      units: 10,
      frozen: true,
      penalties: { kernel: { l2: 0.1 } },
    });
    expect(netText(net)).toBe(text.replace("l2 0.1 frozen", "frozen l2 0.1"));
    expect([isVariational(net), drawsItsCode(net)]).toEqual([true, true]);
    const named = "dense 6 as both > latent 5 sample as z > dense 288 as back > shape 8x12x3";
    expect(parseNet(netText(parseNet(named, SMALL)), SMALL)).toEqual(parseNet(named, SMALL));
  });

  it("writes out what a drawn code's words cannot say", () => {
    for (const text of [
      "dense 6 as both > sample > code > dense 288 > shape 8x12x3",
      "dense 6 activity-l2 0.1 > sample > code > dense 288 > shape 8x12x3",
      "dense 6 > sample activity-l2 0.1 > code > dense 288 > shape 8x12x3",
      "conv 6 3 > sample > code > conv 3 3",
    ]) {
      expect(netText(parseNet(text, SMALL))).toBe(text);
    }
  });

  it("mirrors a drawn code by what its distributions are made of", () => {
    expect(netText(parseNet("conv 8 3 relu /2 > latent 5 sample > mirror", SMALL))).toBe(
      "conv 8 3 relu /2 > latent 5 sample > dense 192 relu > shape 4x6x8 > up 2 > conv 8 3 relu > conv 3 3 sigmoid",
    );
  });

  it("tells what draws more than its code, or past it", () => {
    const isWhole = (text: string) => drawsItsCode(parseNet(text, SMALL));
    expect(isWhole("conv 6 3 > sample > latent 5 sample > dense 288 > shape 8x12x3")).toBe(false);
    expect(isWhole("conv 6 3 > sample > latent 5 > dense 288 > shape 8x12x3")).toBe(false);
    expect(isWhole("conv 6 3 as a > sample > code > conv 6 3 > add a > conv 3 3")).toBe(false);
  });

  it("knows branches by their names, and in which order they are joined", () => {
    const net = parseNet(
      "flatten > rescale 0.5 > dense 4 pca-encode as straight > from image > conv 2 3 relu /2 > " +
        "dense 4 zeros > add straight . > code > dense 288 > shape 8x12x3 as back > conv 3 3 > add back",
      SMALL,
    );
    const inputs = new Map(net.layers.map((layer) => [layer.name, layer.inputs]));
    expect(inputs.get("latent")).toEqual(["straight", "encoder_dense_2"]);
    expect(inputs.get("encoder_conv")).toEqual([IMAGE_INPUT]);
    expect(inputs.get("reconstruction")).toEqual(["decoder_conv", "back"]);
    expect(parseNet(netText(net), SMALL)).toEqual(net);
  });

  it.each([
    ["", "A layer is missing here."],
    ["conv 8 3 >", "A layer is missing here."],
    ["conv", '"conv" wants a number of filters.', "conv"],
    ["dense 7 > sample > code", /takes a mean and a log-variance for each number, not 7/],
    ["latent 4 sample sample", /drawn code .* is given twice/, "sample"],
    ["conv 8", '"conv 8" wants the kernel\'s sides.', "conv 8"],
    ["conv 8.5 3", 'Wanted a number of filters, a whole number, not "8.5".', "8.5"],
    ["conv 8 3by3", 'Wanted the kernel\'s sides such as 3 or 3x2, not "3by3".', "3by3"],
    [
      "conv 8 12 > code",
      /"conv 8 12" after 28×28×1 has a kernel from 1 to 11, not 12/,
      "conv 8 12",
    ],
    ["conv 8 3 /2 dilate 2 > code", /has a stride or a dilation, not both/],
    ["conv 8 3 dilate > code", '"conv 8 3 dilate" wants a dilation.', "conv 8 3 dilate"],
    ["conv 8 3 /2 stride 2 > code", /stride .* is given twice/, "stride"],
    ["pad 1 2", '"pad 1 2" wants the columns on the left.', "pad 1 2"],
    ["crop 14 > code", '"crop 14" after 28×28×1 leaves nothing of 28×28.', "crop 14"],
    ["pool 3 /2 > code", /windows of 3 every 2 that do not fill 28×28; "valid" drops/, "pool 3 /2"],
    ["conv 8 3 relu sigmoid", /given twice/, "sigmoid"],
    ["conv 8 3 cosine", /"cosine" says nothing here. Allowed: activation \(linear, relu/, "cosine"],
    ["konv 8 3", /There is no layer "konv". There are conv, conv-transpose, depthwise/, "konv"],
    [
      "norm 3",
      '"3" says nothing here. Allowed: how much of the averages a step keeps (momentum 0.9), what is added to variances (epsilon 1e-5), frozen, activity-l1 RATE, activity-l2 RATE.',
      "3",
    ],
    ["norm epsilon 0", 'Wanted what is added to variances, not "0".', "0"],
    ["norm momentum 1", /has a momentum from 0 to below 1/, "norm momentum 1"],
    ["conv 8 3 > latent 4 > mirror > latent 4", "The net has its code already.", "latent"],
    ["code > conv 1 3", "The image itself is no code.", "code"],
    ["conv 1 3 > mirror", /"mirror" comes after the code/, "mirror"],
    ["latent 4 > dense 784 > mirror", /"mirror" comes right after the code/, "mirror"],
    ["conv 1 3 as a > conv 1 3 > add a > code > mirror", /"mirror" cannot undo add/, "mirror"],
    ["conv 1 3", /The net has no code: write "latent 32"/],
    ["add nowhere", /No layer before this one is called nowhere.*There are image/, "nowhere"],
    ["conv 1 3 as a > conv 1 3 as a", "Another layer is called a.", "a"],
    ["conv 1 3 as 2nd", /A name begins with a letter/, "2nd"],
    ["conv 1 3 as one two", /"as" is followed by one name/, "two"],
    ["code as it", /"code" makes nothing that could have a name/, "it"],
    [
      "pool 2 > pool 2 > pool 2",
      '"pool 2" after 7×7×1 has windows of 2 that do not fill 7×7: 7 does not divide by 2; "valid" drops the rest, or use "same".',
      "pool 2",
    ],
    ["shape 3x3 > code", '"shape 3x3" after 28×28×1 cannot make 3×3 of 28×28×1.', "shape 3x3"],
    [
      "latent 4 > conv 1 3",
      /"conv 1 3" after 4 takes height × width × channels, not 4/,
      "conv 1 3",
    ],
    ["latent 4 > dense 100", /net makes 100, and images of 28×28×1 are wanted/],
    ["latent 30000 > dense 784 > shape 28x28x1", /has 47,070,784 weights; 20,000,000 is the most/],
    ["dropout 1 > latent 3 > mirror", /has a rate from 0 to below 1/, "dropout 1"],
    ["rescale x", 'Wanted what to multiply by, not "x".', "x"],
    ["rescale 0x10", 'Wanted what to multiply by, not "0x10".', "0x10"],
  ] as const)("says what is wrong with %j", (text, message, words?: string) => {
    const problem = problemOf(text);
    expect(problem.message).toMatch(message);
    if (typeof message === "string") expect(problem.message).toBe(message);
    if (words) expect(problem.words).toBe(words);
  });

  it("refuses a net of too many layers, and a text of too many characters", () => {
    const many = Array.from({ length: 201 }, () => "relu").join(" > ");
    expect(problemOf(`latent 1 > dense 784 > ${many} > shape 28x28x1`).message).toMatch(
      /has 205 layers; 200 is the most/,
    );
    expect(problemOf("relu >".repeat(10_000)).message).toMatch(/at most 16,000 characters/);
  });

  it("refuses a net that computes too much", () => {
    const text = "conv 512 7 > conv 512 7 > latent 1 > dense 784 > shape 28x28x1";
    expect(problemOf(text, { height: 28, width: 28, channels: 1 }).message).toMatch(
      /operations an image; 2,000,000,000 is the most/,
    );
  });

  it("never throws anything but a NetTextError, whatever it is given", () => {
    const word = fc.constantFrom(
      "conv",
      "latent",
      "8",
      "3",
      "relu",
      ">",
      "pool",
      "2",
      "add",
      "as",
      "a",
      "from",
      "image",
      "code",
      "mirror",
      "shape",
      "14x14x32",
      "/2",
      "dense",
      "784",
      "up",
      ".",
      "0.5",
      "valid",
    );
    const text = fc.array(fc.oneof({ weight: 9, arbitrary: word }, fc.string()), { maxLength: 30 });
    fc.assert(
      fc.property(text, (words) => {
        try {
          parseNet(words.join(" "), SMALL);
        } catch (error) {
          expect(error).toBeInstanceOf(NetTextError);
          const { from, to } = error as NetTextError;
          expect(from).toBeLessThanOrEqual(to);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe("netText", () => {
  const all = PRESETS.flatMap((preset) =>
    [1, 7, 128, 512].flatMap((latentSize) =>
      [FASHION_MNIST, SMALL].map((image) => [preset, latentSize, image] as const),
    ),
  );

  it.each(all)("of %s with %d numbers reads back as the same net", (preset, latentSize, image) => {
    const { height, width, channels } = image;
    const net = presetNet(preset, latentSize, { height, width, channels });
    const text = netText(net);
    expect(parseNet(text, { height, width, channels }, preset)).toEqual(net);
    expect(text.length).toBeLessThan(1200);
  });

  it("of the loom tells its branches", () => {
    const net = presetNet("loom", 32, FASHION_MNIST);
    expect(netText(net)).toMatch(
      /^flatten as pixels > rescale 0.125 as pixels_scaled > dense 32 pca-encode as code_linear > from image > conv 32 3 relu \/2 > /,
    );
  });

  it("reads back as the same net, whatever chain it is made from", () => {
    const activation = fc.constantFrom("", " relu", " elu", " swish", " sigmoid");
    const layer = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom("1", "3", "5x3"), activation)
        .map(([filters, kernel, act]) => `conv ${filters} ${kernel}${act}`),
      fc.constantFrom(
        "depthwise 3 relu",
        "depthwise 2x3 times 2",
        "separable 4 3 elu dilate 2x1",
        "permute 2 1 3 > permute 2 1 3",
        "pool 3 /1 same",
        "average-pool 2x3 /1 same",
        "pad 1 > crop 1",
        "pad 0 1 2 0 > crop 0 1 2 0",
        "conv 2 11x5 swish dilate 2",
      ),
      fc.constantFrom(
        "norm",
        "norm momentum 0.9 epsilon 0.00001",
        "layer-norm epsilon 0.000001",
        "dropout 0.25",
        "relu",
        "leaky-relu 0.2",
        "rescale 2 -1",
        "clamp",
      ),
    );
    const chain = fc.tuple(
      fc.array(layer, { maxLength: 6 }),
      fc.constantFrom("latent 5", "latent 5 relu", "conv 2 3 /2 > code"),
      fc.array(layer, { maxLength: 4 }),
    );
    fc.assert(
      fc.property(chain, ([encoder, code, decoder]) => {
        const back = code.startsWith("latent")
          ? ["dense 288", "shape 8x12x3", ...decoder]
          : ["up 2", ...decoder];
        const text = [...encoder, code, ...back, "conv 3 3 sigmoid"].join(" > ");
        const net = parseNet(text, SMALL);
        expect(netText(net)).toBe(text);
        expect(parseNet(netText(net), SMALL)).toEqual(net);
      }),
      { numRuns: 300 },
    );
  });
});

it("the code is called latent, whatever the text calls it, and nothing else is", () => {
  const text = "flatten > dense 6 relu as mine > code > dense 288 > shape 8x12x3 > conv 3 3";
  const net = parseNet(text, SMALL);
  expect(net.code).toBe("latent");
  expect(net.layers.map(({ name }) => name)).not.toContain("mine");
  expect(parseNet(netText(net), SMALL)).toEqual(net);
  const referred = parseNet(
    "flatten > dense 6 as mine > code > dense 6 > add mine > dense 288 > shape 8x12x3",
    SMALL,
  );
  expect(referred.layers.find(({ kind }) => kind === "add")!.inputs).toEqual([
    "decoder_dense_1",
    "latent",
  ]);
  expect(parseNet(netText(referred), SMALL)).toEqual(referred);
  expect(problemOf("conv 1 3 as latent > latent 4 > mirror").message).toMatch(
    /"latent" is the name of the code/,
  );
});

it("a mirror undoes windows of every kind, on odd sides too", () => {
  const odd = { height: 7, width: 9, channels: 1 };
  const mirrored = (encoder: string) => {
    const net = parseNet(`${encoder} > code > mirror`, odd);
    const layers = summarizeNet(net).layers.map(({ className }) => className);
    return [netText(net).split(" > code > ")[1], layers.length] as const;
  };
  expect(mirrored("conv 2 3 /2 > pool 2 same")).toEqual([
    "up 2 > crop 0 0 0 1 > up 2 > crop 0 1 0 1 > conv 2 3 > conv 1 3 sigmoid",
    8,
  ]);
  expect(mirrored("average-pool 2 valid > depthwise 3 relu valid")[0]).toBe(
    "pad 1 > depthwise 3 relu > up 2 > pad 0 1 0 1 > conv 1 3 sigmoid",
  );
  expect(mirrored("separable 4 3 elu > pad 1 0 0 2 > permute 3 1 2 > permute 2 3 1")[0]).toBe(
    "permute 3 1 2 > permute 2 3 1 > crop 1 0 0 2 > separable 4 3 elu > conv 1 3 sigmoid",
  );
  expect(problemOf("depthwise 3 times 2 > code > mirror").message).toMatch(/cannot undo depthwise/);
  const strided = netText(parseNet("conv 2 3 /2x1 > code > mirror", FASHION_MNIST));
  expect(strided).toContain("up 2x1");
  expect(problemOf("conv 2 3 > global-average-pool > code > mirror").message).toMatch(
    /cannot undo global-pool/,
  );
});

it("windows' words are read in any order, and written in one", () => {
  const text = (layers: string) =>
    netText(parseNet(`${layers} > code > conv 3 1`, { height: 8, width: 8, channels: 3 }));
  expect(text("conv 4 3 stride 1x1 dilate 2 valid relu > pad 2")).toMatch(
    /^conv 4 3 relu dilate 2 valid > pad 2 >/,
  );
  expect(() => text("pool 2 same stride 2x1 > up 2")).toThrow("images of 8×8×3");
  expect(text("depthwise 3 times 1 stride 1 same linear")).toMatch(/^depthwise 3 > code/);
});

describe("hasBottleneck", () => {
  it.each(PRESETS)("%s has one", (preset) => {
    expect(hasBottleneck(presetNet(preset, 4, FASHION_MNIST))).toBe(true);
  });

  it("a net with a path round its code has none", () => {
    const text = "conv 3 3 as skip > latent 2 > dense 288 > shape 8x12x3 > add skip > conv 3 3";
    expect(hasBottleneck(parseNet(text, SMALL))).toBe(false);
    const image = "conv 3 3 /2 > code > up 2 > conv 3 3 > add image";
    expect(hasBottleneck(parseNet(image, SMALL))).toBe(false);
  });
});
