/** A net's layers as Keras's own alone, as its files have them: what a layer of ours computes outside training. */

import { type NetLayer, type NetWeight, refuse } from "../graph";
import {
  type ActivationName,
  activationOf,
  checkLastAxis,
  dilationOf,
  edgesOf,
  isOn,
  keptOf,
  numberOf,
  numbersOf,
  oneOf,
  optionalNumberOf,
  pairOf,
  weightOf,
} from "../settings";

/** One of Keras's layers, by the arguments of its class. */
export interface StockLayer {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly weights: readonly NetWeight[];
  /** Of what it makes, without the batch's axis. */
  readonly shape: readonly number[];
}

const BORROWED: Readonly<Partial<Record<ActivationName, string>>> = {
  kerasHardSigmoid: "hard_sigmoid",
  // It follows as layers.
  hardSigmoid: "linear",
};

/**
 * The layers that stand for one, each taking what the one before makes.
 *
 * @throws ExportError for one that Keras's own layers cannot be put together to
 */
export function stockLayers(layer: NetLayer): readonly StockLayer[] {
  const own = ownLayers(layer);
  return layer.config.activation === "hardSigmoid" ? [...own, ...tfjsHardSigmoid(layer)] : own;
}

const plain = (
  { shape }: Pick<NetLayer, "shape">,
  className: string,
  config: StockLayer["config"] = {},
): StockLayer => ({ className, config, weights: [], shape });

/** tfjs's has another slope than Keras 3's. */
const tfjsHardSigmoid = (layer: NetLayer): readonly StockLayer[] => [
  plain(layer, "Rescaling", { scale: 0.2, offset: 0.5 }),
  plain(layer, "ReLU", { max_value: 1 }),
];

function ownLayers(layer: NetLayer): readonly StockLayer[] {
  const { className, shape, weights } = layer;
  const one = (config: StockLayer["config"] = {}, name = className): readonly StockLayer[] => [
    { className: name, config: { ...config, ...frozen(layer) }, weights, shape },
  ];
  switch (className) {
    case "Conv2D":
    case "Conv2DTranspose":
      return one({ filters: numberOf(layer, "filters"), ...windowOf(layer), ...kernelOf(layer) });
    case "DepthwiseConv2D":
      return one({ ...windowOf(layer), ...kernelOf(layer), depth_multiplier: timesOf(layer) });
    case "SeparableConv2D":
      return one({
        filters: numberOf(layer, "filters"),
        ...windowOf(layer),
        ...kernelOf(layer),
        depth_multiplier: timesOf(layer),
      });
    case "Dense":
      return one({ units: numberOf(layer, "units"), ...kernelOf(layer) });
    case "BatchNormalization":
      return one({ momentum: numberOf(layer, "momentum"), ...normOf(layer) });
    case "LayerNormalization":
      return one(normOf(layer));
    case "GroupNormalization":
      return one({ groups: numberOf(layer, "groups"), ...normOf(layer) });
    case "PReLU":
      return one(layer.config.sharedAxes ? { shared_axes: layer.config.sharedAxes } : {});
    case "MaxPooling2D":
    case "AveragePooling2D":
      return one({
        pool_size: pairOf(layer, "poolSize"),
        strides: pairOf(layer, "strides"),
        padding: oneOf(layer, "padding", ["valid", "same"]),
      });
    case "GlobalMaxPooling2D":
    case "GlobalAveragePooling2D":
    case "Flatten":
    case "Add":
    case "Multiply":
    case "Subtract":
    case "Average":
    case "Maximum":
    case "Minimum":
      return one();
    case "ZeroPadding2D":
    case "Cropping2D": {
      const [top, bottom, left, right] = edgesOf(layer);
      const edges = [
        [top, bottom],
        [left, right],
      ];
      return one(className === "Cropping2D" ? { cropping: edges } : { padding: edges });
    }
    case "UpSampling2D":
      if (oneOf(layer, "interpolation", ["nearest", "bilinear"]) === "bilinear") {
        return refuse(layer, "Keras has no up-sampling between pixels as tfjs's");
      }
      return one({ size: pairOf(layer, "size") });
    case "BilinearUpSampling2D":
      return one({ size: pairOf(layer, "size"), interpolation: "bilinear" }, "UpSampling2D");
    case "Permute":
      return one({ dims: numbersOf(layer, "dims") });
    case "Reshape":
      return one({ target_shape: shape });
    case "Rescaling":
      return one({ scale: numberOf(layer, "scale"), offset: numberOf(layer, "offset") });
    case "Dropout":
    case "SpatialDropout2D":
    case "AlphaDropout":
    case "GaussianDropout":
      return one({ rate: numberOf(layer, "rate") });
    case "GaussianNoise":
      return one({ stddev: numberOf(layer, "stddev") });
    case "Activation":
      return one({ activation: activationName(layer) });
    case "ReLU":
      return one({ max_value: optionalNumberOf(layer, "maxValue") });
    case "ThresholdedReLU":
      return one({ threshold: numberOf(layer, "theta") }, "ReLU");
    case "LeakyReLU":
      return one({ negative_slope: numberOf(layer, "alpha") });
    case "ELU":
      return one({ alpha: numberOf(layer, "alpha") });
    case "Softmax":
    case "Concatenate":
      checkLastAxis(layer);
      return one();
    case "ActivityRegularization":
      return one({ l1: numberOf(layer, "l1"), l2: numberOf(layer, "l2") });
    case "Clamp":
      return one({ max_value: 1 }, "ReLU");
    case "DepthToSpace":
      return depthToSpace(layer);
    case "NestedDropout":
      if (keptOf(layer) !== null) return refuse(layer, "it is cut off at a number of its numbers");
      return one({}, "Identity");
    case "Sampling":
      return means(layer);
    default:
      return refuse(layer, "Keras has no layer for it");
  }
}

const activationName = (layer: NetLayer): string => {
  const activation = activationOf(layer);
  return BORROWED[activation] ?? activation;
};

const frozen = ({ config }: NetLayer) => (config.trainable === false ? { trainable: false } : {});

function windowOf(layer: NetLayer) {
  oneOf(layer, "dataFormat", ["channelsLast"]);
  return {
    kernel_size: pairOf(layer, "kernelSize"),
    strides: pairOf(layer, "strides"),
    dilation_rate: dilationOf(layer),
    padding: oneOf(layer, "padding", ["valid", "same"]),
  };
}

const kernelOf = (layer: NetLayer) => ({
  activation: activationName(layer),
  use_bias: isOn(layer, "useBias"),
  ...penaltyOf(layer, "kernel"),
  ...penaltyOf(layer, "bias"),
});

/** L1 and L2, the only ones that a net here has. */
function penaltyOf({ config }: NetLayer, array: "kernel" | "bias") {
  const penalty = config[`${array}Regularizer`];
  if (typeof penalty !== "object" || penalty === null || !("config" in penalty)) return {};
  return {
    [`${array}_regularizer`]: {
      module: "keras.regularizers",
      class_name: "L1L2",
      config: penalty.config,
      registered_name: null,
    },
  };
}

/** tfjs keeps the number of a separable one's kernels nowhere else. */
const timesOf = (layer: NetLayer): number => weightOf(layer, 0).shape.at(-1)!;

function normOf(layer: NetLayer) {
  checkLastAxis(layer);
  return {
    epsilon: numberOf(layer, "epsilon"),
    center: isOn(layer, "center"),
    scale: isOn(layer, "scale"),
  };
}

/** [h, w, b · b · c] as [h, w, b, b, c], its axes in another order, and put together again. */
function depthToSpace(layer: NetLayer): readonly StockLayer[] {
  const block = numberOf(layer, "blockSize");
  const [height, width, channels] = layer.inputShapes[0]! as [number, number, number];
  const apart = [height, width, block, block, channels / block ** 2];
  const turned = [height, block, width, block, channels / block ** 2];
  return [
    plain({ shape: apart }, "Reshape", { target_shape: apart }),
    plain({ shape: turned }, "Permute", { dims: [1, 3, 2, 4, 5] }),
    plain(layer, "Reshape", { target_shape: layer.shape }),
  ];
}

/** The first half of the channels, as outside training. */
function means(layer: NetLayer): readonly StockLayer[] {
  const { shape } = layer;
  const channels = shape.at(-1)!;
  const pixels = shape.slice(0, -1).reduce((product, side) => product * side, 1);
  const apart = [pixels, 2, channels];
  const half = [pixels, 1, channels];
  return [
    plain({ shape: apart }, "Reshape", { target_shape: apart }),
    plain({ shape: half }, "Cropping2D", {
      cropping: [
        [0, 0],
        [0, 1],
      ],
    }),
    plain(layer, "Reshape", { target_shape: shape }),
  ];
}
