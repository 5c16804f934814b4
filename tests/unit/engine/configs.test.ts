/**
 * Every setting of every layer that can be compiled is read as tfjs reads it, or refused by name:
 * one that is passed over would train on wrong numbers.
 */

import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../../src/engine/compile";
import { COMPILED } from "../../../src/engine/layers";
import { UnsupportedLayerError } from "../../../src/engine/problems";
import { readModelWeights, writeModelWeights } from "../../../src/engine/weights";
import { ActivityRegularization } from "../../../src/nets/build/layers/activity-regularization";
import { BilinearUpSampling2D } from "../../../src/nets/build/layers/bilinear";
import { Clamp } from "../../../src/nets/build/layers/clamp";
import { DepthToSpace } from "../../../src/nets/build/layers/depth-to-space";
import { GroupNormalization } from "../../../src/nets/build/layers/group-normalization";
import "../../../src/nets/build/layers/hard-sigmoid";
import { NestedDropout } from "../../../src/nets/build/layers/nested-dropout";
import { Sampling } from "../../../src/nets/build/layers/sampling";
import { SpatialDropout2D } from "../../../src/nets/build/layers/spatial-dropout";
import { Subtract } from "../../../src/nets/build/layers/subtract";
import { chain, gradients, relativeError } from "./nets";
import { Trainers } from "./pair";

const { conv2d, dense, flatten } = tf.layers;

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const trainers = new Trainers();
afterEach(() => trainers.dispose());

type Layer = tf.layers.Layer;
type Settings = Record<string, unknown>;

/** The settings that a layer's class takes, with values that compile and such that do not. */
interface Kind {
  /** Of one sample. */
  readonly input: readonly number[];
  readonly make: (settings: Settings) => Layer;
  readonly required: Settings;
  readonly values: Record<string, readonly unknown[]>;
  /** Layers that take two inputs. */
  readonly joins?: boolean;
}

const IMAGE = [6, 4, 4];
/** What every layer takes. */
const ANY = { trainable: [true, false], dtype: ["float32", "int32"] };
const regularizers = () => [
  undefined,
  tf.regularizers.l2({ l2: 0.1 }),
  tf.regularizers.l1({ l1: 0.1 }),
  tf.regularizers.l1l2({ l1: 0.1, l2: 0.1 }),
  tf.regularizers.l1l2({ l1: 0, l2: 0.2 }),
];
const constraints = () => [undefined, tf.constraints.maxNorm({ maxValue: 0.1, axis: 0 }), "nonNeg"];
const initializers = ["glorotUniform", "heNormal", "ones"];
const activations = [
  ...["linear", "relu", "sigmoid", "elu", "swish", "tanh", "softplus", "softmax", "softsign"],
  ...["gelu", "selu", "mish", "relu6", "hardSigmoid", "kerasHardSigmoid", "gelu_new", "logSoftmax"],
];
const FORMATS = ["channelsLast", "channelsFirst"];
const EDGES = [
  0,
  1,
  [1, 0],
  [
    [0, 1],
    [1, 2],
  ],
];
const BIASED = {
  activation: activations,
  useBias: [true, false],
  biasInitializer: initializers,
  biasRegularizer: regularizers(),
  activityRegularizer: regularizers(),
  biasConstraint: constraints(),
};
const WEIGHTS = {
  ...BIASED,
  kernelInitializer: initializers,
  kernelRegularizer: regularizers(),
  kernelConstraint: constraints(),
};
const WINDOW = {
  kernelSize: [1, 2, 3, [2, 3], 4, 11],
  strides: [1, 2, [2, 1], [2, 2], 3],
  padding: ["valid", "same", "causal"],
  dataFormat: FORMATS,
};

/** tfjs's layers take their settings as one object each. */
const tfjs =
  (make: (settings: never) => Layer) =>
  (settings: Settings): Layer =>
    make(settings as never);

const KINDS: Readonly<Record<string, Kind>> = {
  Conv2D: {
    input: IMAGE,
    make: tfjs(tf.layers.conv2d),
    required: { filters: 3, kernelSize: 3 },
    values: { ...WEIGHTS, ...WINDOW, dilationRate: [1, 2, [1, 1], [1, 2]] },
  },
  Conv2DTranspose: {
    input: IMAGE,
    make: tfjs(tf.layers.conv2dTranspose),
    required: { filters: 3, kernelSize: 3 },
    values: { ...WEIGHTS, ...WINDOW, dilationRate: [1, 2], outputPadding: [0, 1] },
  },
  DepthwiseConv2D: {
    input: IMAGE,
    make: tfjs(tf.layers.depthwiseConv2d),
    required: { kernelSize: 3 },
    values: {
      ...BIASED,
      ...WINDOW,
      strides: [1, 2, [2, 2], 3],
      depthMultiplier: [1, 2],
      dilationRate: [1, 2],
      depthwiseInitializer: initializers,
      depthwiseRegularizer: regularizers(),
      depthwiseConstraint: constraints(),
    },
  },
  SeparableConv2D: {
    input: IMAGE,
    make: tfjs(tf.layers.separableConv2d),
    required: { filters: 3, kernelSize: 3 },
    values: {
      ...BIASED,
      ...WINDOW,
      strides: [1, 2, [2, 2], 3],
      depthMultiplier: [1, 2, undefined],
      dilationRate: [1, 2, [1, 2]],
      depthwiseInitializer: initializers,
      pointwiseInitializer: initializers,
      depthwiseRegularizer: regularizers(),
      pointwiseRegularizer: regularizers(),
      depthwiseConstraint: constraints(),
      pointwiseConstraint: constraints(),
    },
  },
  Permute: {
    input: IMAGE,
    make: tfjs(tf.layers.permute),
    required: { dims: [2, 1, 3] },
    values: {
      dims: [
        [1, 2, 3],
        [2, 3, 1],
        [3, 1, 2],
        [3, 2, 1],
      ],
    },
  },
  Dense: {
    input: [7],
    make: tfjs(tf.layers.dense),
    required: { units: 5 },
    values: WEIGHTS,
  },
  BatchNormalization: {
    input: IMAGE,
    make: tfjs(tf.layers.batchNormalization),
    required: {},
    values: {
      axis: [-1, 3, 1, 2],
      momentum: [0.5, 0.99],
      epsilon: [0.001, 0.1],
      center: [true, false],
      scale: [true, false],
      betaInitializer: initializers,
      gammaInitializer: initializers,
      movingMeanInitializer: ["ones", "zeros"],
      movingVarianceInitializer: ["ones"],
      betaRegularizer: regularizers(),
      gammaRegularizer: regularizers(),
      betaConstraint: constraints(),
      gammaConstraint: constraints(),
    },
  },
  MaxPooling2D: {
    input: IMAGE,
    make: tfjs(tf.layers.maxPooling2d),
    required: {},
    values: {
      poolSize: [1, 2, 3, [2, 2], [3, 2]],
      strides: [1, 2, 3, [2, 1]],
      padding: ["valid", "same"],
      dataFormat: FORMATS,
    },
  },
  GlobalMaxPooling2D: {
    input: IMAGE,
    make: tfjs(tf.layers.globalMaxPooling2d),
    required: {},
    values: { dataFormat: FORMATS },
  },
  GlobalAveragePooling2D: {
    input: IMAGE,
    make: tfjs(tf.layers.globalAveragePooling2d),
    required: {},
    values: { dataFormat: FORMATS },
  },
  ZeroPadding2D: {
    input: IMAGE,
    make: tfjs(tf.layers.zeroPadding2d),
    required: {},
    values: { padding: EDGES, dataFormat: FORMATS },
  },
  Cropping2D: {
    input: IMAGE,
    make: tfjs(tf.layers.cropping2D),
    required: { cropping: 1 },
    values: { cropping: EDGES, dataFormat: FORMATS },
  },
  AveragePooling2D: {
    input: IMAGE,
    make: tfjs(tf.layers.averagePooling2d),
    required: {},
    values: {
      poolSize: [1, 2, 3, [2, 2], [3, 2]],
      strides: [1, 2, 3, [2, 1]],
      padding: ["valid", "same"],
      dataFormat: FORMATS,
    },
  },
  UpSampling2D: {
    input: IMAGE,
    make: tfjs(tf.layers.upSampling2d),
    required: {},
    values: {
      size: [
        [1, 1],
        [2, 2],
        [3, 3],
        [1, 2],
      ],
      dataFormat: FORMATS,
      interpolation: ["nearest", "bilinear"],
    },
  },
  BilinearUpSampling2D: {
    input: IMAGE,
    make: (settings) => new BilinearUpSampling2D({ size: [2, 2], ...settings }),
    required: {},
    values: {
      size: [
        [1, 1],
        [3, 2],
      ],
    },
  },
  LayerNormalization: {
    input: IMAGE,
    make: tfjs(tf.layers.layerNormalization),
    required: {},
    values: {
      axis: [-1, 3, 1, [1, 2, 3]],
      epsilon: [0.001, 0.1],
      center: [true, false],
      scale: [true, false],
      betaInitializer: initializers,
      gammaInitializer: initializers,
      betaRegularizer: regularizers(),
      gammaRegularizer: regularizers(),
    },
  },
  GroupNormalization: {
    input: IMAGE,
    make: (settings) => new GroupNormalization({ groups: 2, ...settings }),
    required: {},
    values: {
      groups: [1, 2, 4, -1, 3],
      axis: [-1, 3, 1],
      epsilon: [0.001, 0.1],
      center: [true, false],
      scale: [true, false],
    },
  },
  PReLU: {
    input: IMAGE,
    make: tfjs(tf.layers.prelu),
    required: {},
    values: {
      sharedAxes: [undefined, [1, 2], [1], [1, 2, 3]],
      alphaInitializer: initializers,
      alphaRegularizer: regularizers(),
      alphaConstraint: constraints(),
    },
  },
  DepthToSpace: {
    input: [3, 2, 8],
    make: (settings) => new DepthToSpace({ blockSize: 2, ...settings }),
    required: {},
    values: { blockSize: [2, 3] },
  },
  Rescaling: {
    input: IMAGE,
    make: tfjs(tf.layers.rescaling),
    required: { scale: 1 },
    values: { scale: [1, 0.5, 0, -2], offset: [0, 1, -0.5] },
  },
  Activation: {
    input: IMAGE,
    make: tfjs(tf.layers.activation),
    required: { activation: "relu" },
    values: { activation: activations },
  },
  ReLU: {
    input: IMAGE,
    make: tfjs(tf.layers.reLU),
    required: {},
    values: { maxValue: [undefined, 0.5, 6, 0, -1] },
  },
  ThresholdedReLU: {
    input: IMAGE,
    make: tfjs(tf.layers.thresholdedReLU),
    required: {},
    values: { theta: [0.3, 0, 1, -0.5] },
  },
  Softmax: {
    input: IMAGE,
    make: tfjs(tf.layers.softmax),
    required: { axis: -1 },
    values: { axis: [-1, 3, 1, 2, [3], [1, 2]] },
  },
  LeakyReLU: {
    input: IMAGE,
    make: tfjs(tf.layers.leakyReLU),
    required: {},
    values: { alpha: [0.3, 0, 0.9, -0.5] },
  },
  ELU: {
    input: IMAGE,
    make: tfjs(tf.layers.elu),
    required: {},
    values: { alpha: [1, 0.5] },
  },
  ActivityRegularization: {
    input: IMAGE,
    make: (settings) => new ActivityRegularization(settings),
    required: {},
    values: { l1: [0, 0.1, -1], l2: [0, 0.2] },
  },
  Clamp: { input: IMAGE, make: (settings) => new Clamp(settings), required: {}, values: {} },
  Dropout: {
    input: IMAGE,
    make: tfjs(tf.layers.dropout),
    required: { rate: 0.2 },
    values: {
      rate: [0, 0.2, 0.5, 1],
      noiseShape: [undefined, [7, 1, 1, 4]],
      seed: [undefined, 1],
    },
  },
  SpatialDropout2D: {
    input: IMAGE,
    make: (settings) => new SpatialDropout2D({ rate: 0.2, ...settings }),
    required: {},
    values: { rate: [0, 0.2, 0.5, 1] },
  },
  AlphaDropout: {
    input: IMAGE,
    make: tfjs(tf.layers.alphaDropout),
    required: { rate: 0.2 },
    values: { rate: [0, 0.2, 0.5, 1] },
  },
  GaussianDropout: {
    input: IMAGE,
    make: tfjs(tf.layers.gaussianDropout),
    required: { rate: 0.2 },
    values: { rate: [0, 0.2, 0.5, 1] },
  },
  GaussianNoise: {
    input: IMAGE,
    make: tfjs(tf.layers.gaussianNoise),
    required: { stddev: 0.2 },
    values: { stddev: [0, 0.2, 1, -1] },
  },
  Sampling: {
    input: IMAGE,
    make: (settings) => new Sampling(settings),
    required: {},
    values: {},
  },
  NestedDropout: {
    input: [7],
    make: (settings) => new NestedDropout(settings),
    required: {},
    values: { kept: [null, 0, 3, 9], evenTo: [1, 4] },
  },
  Add: { input: IMAGE, make: tfjs(tf.layers.add), required: {}, values: {}, joins: true },
  Multiply: { input: IMAGE, make: tfjs(tf.layers.multiply), required: {}, values: {}, joins: true },
  Subtract: {
    input: IMAGE,
    make: (settings) => new Subtract(settings),
    required: {},
    values: {},
    joins: true,
  },
  Average: { input: IMAGE, make: tfjs(tf.layers.average), required: {}, values: {}, joins: true },
  Maximum: { input: IMAGE, make: tfjs(tf.layers.maximum), required: {}, values: {}, joins: true },
  Minimum: { input: IMAGE, make: tfjs(tf.layers.minimum), required: {}, values: {}, joins: true },
  Concatenate: {
    input: IMAGE,
    make: tfjs(tf.layers.concatenate),
    required: {},
    values: { axis: [-1, 3, 1, 2, -2] },
    joins: true,
  },
  Flatten: {
    input: IMAGE,
    make: tfjs(tf.layers.flatten),
    required: {},
    values: { dataFormat: [undefined, ...FORMATS] },
  },
  Reshape: {
    input: IMAGE,
    make: tfjs(tf.layers.reshape),
    required: { targetShape: [96] },
    values: {
      targetShape: [[96], [4, 6, 4], [2, -1, 4], [24, 4]],
    },
  },
};

/** The layer between weights on either side, so that gradients pass it, its samples flattened. */
function modelOf({ input, make, required, joins }: Kind, settings: Settings): tf.LayersModel {
  const layer = make({ ...required, ...settings });
  const isImage = input.length > 1;
  const channels = input.at(-1)!;
  const before = () =>
    isImage ? conv2d({ filters: channels, kernelSize: 1 }) : dense({ units: channels });
  const after = (rank: number) => [...(rank > 2 ? [flatten()] : []), dense({ units: 3 })];
  if (!joins) {
    const first = chain([...input], before(), layer);
    const ends = after(first.outputs[0]!.shape.length);
    const output = ends.reduce(
      (tensor, end) => end.apply(tensor) as tf.SymbolicTensor,
      first.outputs[0]!,
    );
    return tf.model({ inputs: first.inputs, outputs: output });
  }
  const image = tf.input({ shape: [...input] });
  const one = before().apply(image);
  const other = before().apply(image);
  const joined = layer.apply([one, other] as tf.SymbolicTensor[]) as tf.SymbolicTensor;
  const output = after(joined.shape.length).reduce(
    (tensor, end) => end.apply(tensor) as tf.SymbolicTensor,
    joined,
  );
  return tf.model({ inputs: image, outputs: output });
}

/** Settings that tfjs's own layers refuse, or that leave no pixel, are none of ours to judge. */
function tryModelOf(kind: Kind, settings: Settings): tf.LayersModel | null {
  try {
    const model = modelOf(kind, settings);
    const sizes = model.layers.flatMap(({ outputShape }) => (outputShape as tf.Shape).slice(1));
    return sizes.every((size) => size === null || size > 0) ? model : null;
  } catch {
    return null;
  }
}

const BATCH = Uint32Array.of(4, 0, 3, 1, 2, 6, 5);

/** Whether it compiles; what does has tfjs's numbers. */
async function compiles(kind: Kind, settings: Settings): Promise<boolean> {
  const model = tryModelOf(kind, settings);
  if (!model) return false;
  try {
    compile(model);
  } catch (error) {
    expect(error).toBeInstanceOf(UnsupportedLayerError);
    return false;
  }
  const net = () => modelOf(kind, settings);
  const [ours, theirs] = [await trainers.ours(net), await trainers.theirs(net)];
  const outputs = await theirs.predict(BATCH);
  expect(relativeError(await ours.predict(BATCH), outputs)).toBeLessThan(1e-5);
  expect(await ours.evaluate(BATCH)).toBeCloseTo(await theirs.evaluate(BATCH), 5);
  // tfjs's own batch norm cannot train without both.
  if (settings.center === false || settings.scale === false) return true;
  const expected = await gradients(theirs, BATCH);
  const actual = await gradients(ours, BATCH);
  const largest = Math.max(...expected.flatMap((array) => [...array].map(Math.abs)));
  for (const [index, array] of expected.entries()) {
    const off = array.map((value, i) => Math.abs(value - actual[index]![i]!));
    // Relative to all: a bias before batch norm has a gradient of rounding alone.
    expect(Math.max(...off) / largest, `array ${index}`).toBeLessThan(1e-4);
  }
  trainers.dispose();
  return true;
}

test("the table below has every layer that compiles", () => {
  expect(Object.keys(KINDS).sort()).toEqual([...COMPILED].sort());
});

describe.each(Object.entries(KINDS))("%s", (_, kind) => {
  const all: [string, readonly unknown[]][] = Object.entries({ ...kind.values, ...ANY });

  test("compiles as it is, to tfjs's numbers", async () => {
    expect(await compiles(kind, {})).toBe(true);
  });

  test("with any one setting is refused, or has tfjs's numbers", async () => {
    for (const [setting, values] of all) {
      for (const value of values) await compiles(kind, { [setting]: value });
    }
  });

  test("with any settings is refused, or has tfjs's numbers", async () => {
    // A few at a time: of many, one at least is refused.
    const some = fc.subarray(all, { minLength: 2, maxLength: Math.min(3, all.length) });
    const settings = some.chain((chosen) =>
      fc.record(
        Object.fromEntries(
          chosen.map(([setting, values]) => [setting, fc.constantFrom(...values)]),
        ),
      ),
    );
    let compiled = 0;
    await fc.assert(
      fc.asyncProperty(settings, async (chosen) => {
        if (await compiles(kind, chosen)) compiled += 1;
      }),
      // Of layers with few settings the same come again: they are tried once.
      { numRuns: 20, seed: 1, ignoreEqualValues: true },
    );
    expect(compiled).toBeGreaterThan(1);
  });

  test("is refused with a setting that nobody has heard of", () => {
    const model = modelOf(kind, { name: "odd" });
    const layer = model.getLayer("odd");
    const config = layer.getConfig();
    layer.getConfig = () => ({ ...config, novelty: 2 });
    expect(() => compile(model)).toThrow("its setting novelty is not supported");
    layer.getConfig = () => ({ ...config, novelty: null });
    expect(() => compile(model)).not.toThrow();
  });

  test("is refused without a setting that it is read by", () => {
    const model = modelOf(kind, { name: "odd" });
    const layer = model.getLayer("odd");
    const config = layer.getConfig();
    const needed = Object.keys(config).filter((setting) => {
      layer.getConfig = () => ({ ...config, [setting]: null });
      try {
        compile(model);
        return false;
      } catch (error) {
        expect((error as Error).message).toContain(setting);
        return true;
      }
    });
    const numbers = Object.keys(config).filter((setting) =>
      kind.values[setting]?.every((value) => typeof value === "number"),
    );
    expect(needed).toEqual(expect.arrayContaining(numbers));
  });
});

test("a flattened image with its channels first is refused, not transposed", () => {
  const model = chain([4, 4, 3], flatten({ dataFormat: "channelsFirst" }), dense({ units: 2 }));
  expect(() => compile(model)).toThrow('dataFormat "channelsFirst" is not one of channelsLast');
});

test.each(["scale", "center"])(
  "batch norm without %s trains as one that has it and no use",
  async (setting) => {
    const net = (settings: Settings) => () =>
      chain(
        [5, 4, 2],
        conv2d({ filters: 3, kernelSize: 3, useBias: false }),
        tf.layers.batchNormalization(settings),
        flatten(),
        dense({ units: 3 }),
      );
    const [without, having] = [
      await trainers.ours(net({ [setting]: false })),
      await trainers.ours(net({})),
    ];
    // Its array is 1 for the scale and 0 for the offset; the others are the same in both.
    const own = setting === "scale" ? 1 : 2;
    const weights = await readModelWeights(without.model);
    const neutral = new Float32Array(3).fill(setting === "scale" ? 1 : 0);
    writeModelWeights(having.model, weights.toSpliced(own, 0, neutral));
    await having.pushWeights();
    const expected = (await gradients(having, BATCH)).toSpliced(own, 1);
    for (const [index, array] of (await gradients(without, BATCH)).entries()) {
      expect(relativeError(array, expected[index]!), `array ${index}`).toBeLessThan(1e-5);
    }
  },
);
