/** The run's loss and the figures that judge it, in TensorFlow. */

import { COSINE_EPSILON, type LossTerm, type LossWeights, termsOf } from "../../config/loss";
import type { ImageShape } from "../../math/image-set";
import { type SsimProtocol, ssimProtocol } from "../../metrics/ssim-protocols";
import { literal } from "./python";

/** A term's value for each image of a batch, as an expression of `images` and `outputs`. */
const EXPRESSIONS: Readonly<Record<Exclude<LossTerm, keyof typeof SSIM_NAMES>, string>> = {
  binaryCrossentropy: "mean_over_pixels(cross_entropy(images, outputs))",
  meanSquaredError: "mean_over_pixels(tf.square(outputs - images))",
  meanAbsoluteError: "mean_over_pixels(tf.abs(outputs - images))",
  huber: "mean_over_pixels(huber(images, outputs))",
  cosineSimilarity: "cosine_distance(images, outputs)",
  categoricalCrossentropy: "softmax_cross_entropy(images, outputs)",
};

/** What the protocols are called in the code. */
const SSIM_NAMES = {
  ssimUniform: "SSIM_UNIFORM",
  ssimGaussian: "SSIM_WANG",
  ssimWriteup: "SSIM_WRITEUP",
} as const satisfies Partial<Record<LossTerm, string>>;

const isSsim = (term: LossTerm): term is keyof typeof SSIM_NAMES => term in SSIM_NAMES;

/** Those that only the losses of some runs call. */
const OF_TERMS: { readonly [Term in LossTerm]?: string } = {
  huber: `def huber(images, outputs):
    off = tf.abs(outputs - images)
    near = tf.minimum(off, 1.0)
    return near * (off - 0.5 * near)`,
  cosineSimilarity: `def cosine_distance(images, outputs):
    x, y = (tf.reshape(each, [tf.shape(each)[0], -1]) for each in (outputs, images))
    lengths = (tf.maximum(tf.reduce_sum(tf.square(each), -1), ${COSINE_EPSILON}) for each in (x, y))
    return 1.0 - tf.reduce_sum(x * y, -1) / tf.sqrt(math.prod(lengths))`,
  categoricalCrossentropy: `def softmax_cross_entropy(images, outputs):
    p = tf.clip_by_value(outputs, 1e-7, 1.0)
    return tf.reduce_mean(-tf.reduce_sum(images * tf.math.log(p), axis=-1), axis=[1, 2])`,
};

const FUNCTIONS = `def mean_over_pixels(values):
    return tf.reduce_mean(values, axis=[1, 2, 3])


def cross_entropy(images, outputs):
    p = tf.clip_by_value(outputs, 1e-7, 1.0 - 1e-7)
    return -(images * tf.math.log(p) + (1.0 - images) * tf.math.log(1.0 - p))


def ssim(images, outputs, protocol):
    """Mean structural similarity of each image, over its channels and all windows inside it."""
    taps, factor, c1, c2 = protocol
    side = len(taps)
    channels = images.shape[-1]
    down = tf.reshape(tf.constant(taps, tf.float32), [side, 1, 1, 1])
    along = tf.reshape(tf.constant(taps, tf.float32), [1, side, 1, 1])

    def filtered(x, window):
        # Each channel by itself.
        return tf.nn.depthwise_conv2d(x, tf.tile(window, [1, 1, channels, 1]), [1] * 4, "VALID")

    def means(x):
        return filtered(filtered(x, down), along)

    x, y = means(outputs), means(images)
    # The formula of Wang et al. 2004, put so that little cancels where both are alike.
    off = tf.square(x - y)
    energy = tf.square(x) + tf.square(y)
    variances = factor * (means(tf.square(outputs) + tf.square(images)) - energy)
    u = off / (energy + c1)
    w = factor * (means(tf.square(outputs - images)) - off) / (variances + c2)
    return mean_over_pixels(1.0 - (u + w - u * w))`;

/**
 * The functions `loss_of` and `figures_of`: one number, and one row, for each image.
 *
 * @throws RangeError for weights that are not allowed
 */
export function lossCode(loss: LossWeights, shape: ImageShape): string {
  const terms = termsOf(loss, shape);
  const protocols: [string, SsimProtocol][] = [
    ["SSIM_WANG", ssimProtocol("gaussian", shape)],
    ["SSIM_WRITEUP", ssimProtocol("writeup", shape)],
    ...(loss.ssimUniform === undefined
      ? []
      : [["SSIM_UNIFORM", ssimProtocol("uniform", shape)] satisfies [string, SsimProtocol]]),
  ];
  const sum = terms.map(([term, weight]) => `${literal(weight)} * ${expressionOf(term)}`);
  return `# Weights of a window's rows and columns, covariance factor, C1, C2.
${protocols.map(([name, protocol]) => `${name} = ${protocolCode(protocol)}`).join("\n")}


${[FUNCTIONS, ...terms.flatMap(([term]) => OF_TERMS[term] ?? [])].join("\n\n\n")}


def loss_of(images, outputs):
    """What training minimises, for each image."""
    return (
${sum.map((line, i) => `        ${i === 0 ? "" : "+ "}${line}`).join("\n")}
    )


FIGURES = ["loss", "mse", "ssim", "ssim_writeup"]


def figures_of(images, outputs):
    """The loss and what judges the net, for each image: [n, 4]."""
    shown = tf.clip_by_value(outputs, 0.0, 1.0)
    return tf.stack(
        [
            loss_of(images, outputs),
            mean_over_pixels(tf.square(shown - images)),
            ssim(images, shown, SSIM_WANG),
            ssim(images, shown, SSIM_WRITEUP),
        ],
        axis=1,
    )`;
}

function expressionOf(term: LossTerm): string {
  return isSsim(term) ? `(1.0 - ssim(images, outputs, ${SSIM_NAMES[term]}))` : EXPRESSIONS[term];
}

function protocolCode({ taps, covarianceFactor, c1, c2 }: SsimProtocol): string {
  const equal = taps.every((tap) => tap === taps[0]);
  const list = equal
    ? `[1 / ${taps.length}] * ${taps.length}`
    : `[\n        ${taps.map((tap) => `${literal(tap)},`).join("\n        ")}\n    ]`;
  return `(\n    ${list},\n    ${literal(covarianceFactor)},\n    ${literal(c1)},\n    ${literal(c2)},\n)`;
}
