/** The run's loss and the figures that judge it, in TensorFlow. */

import { type LossTerm, type LossWeights, SSIM_OF_TERM, termsOf } from "../../config/loss";
import type { ImageShape } from "../../math/image-set";
import { SSIM_GAUSSIAN, SSIM_WRITEUP, type SsimProtocol } from "../../metrics/ssim-protocols";
import { literal } from "./python";

/** A term's value for each image of a batch, as an expression of `images` and `outputs`. */
const EXPRESSIONS: Readonly<Record<Exclude<LossTerm, keyof typeof SSIM_NAMES>, string>> = {
  binaryCrossentropy: "mean_over_pixels(cross_entropy(images, outputs))",
  meanSquaredError: "mean_over_pixels(tf.square(outputs - images))",
  meanAbsoluteError: "mean_over_pixels(tf.abs(outputs - images))",
};

/** What the protocols are called in the code. */
const SSIM_NAMES = {
  ssimUniform: "SSIM_UNIFORM",
  ssimGaussian: "SSIM_WANG",
  ssimWriteup: "SSIM_WRITEUP",
} as const satisfies Partial<Record<LossTerm, string>>;

const isSsim = (term: LossTerm): term is keyof typeof SSIM_NAMES => term in SSIM_NAMES;

const FUNCTIONS = `def mean_over_pixels(values):
    return tf.reduce_mean(values, axis=[1, 2, 3])


def cross_entropy(images, outputs):
    p = tf.clip_by_value(outputs, 1e-7, 1.0 - 1e-7)
    return -(images * tf.math.log(p) + (1.0 - images) * tf.math.log(1.0 - p))


def ssim(images, outputs, protocol):
    """Mean structural similarity of each image, over all windows that lie inside it."""
    taps, factor, c1, c2 = protocol
    side = len(taps)
    down = tf.reshape(tf.constant(taps, tf.float32), [side, 1, 1, 1])
    along = tf.reshape(tf.constant(taps, tf.float32), [1, side, 1, 1])

    def means(x):
        return tf.nn.conv2d(tf.nn.conv2d(x, down, 1, "VALID"), along, 1, "VALID")

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
    ["SSIM_WANG", SSIM_GAUSSIAN],
    ["SSIM_WRITEUP", SSIM_WRITEUP],
    ...(loss.ssimUniform === undefined
      ? []
      : [["SSIM_UNIFORM", SSIM_OF_TERM.ssimUniform] satisfies [string, SsimProtocol]]),
  ];
  const sum = terms.map(([term, weight]) => `${literal(weight)} * ${expressionOf(term)}`);
  return `# Weights of a window's rows and columns, covariance factor, C1, C2.
${protocols.map(([name, protocol]) => `${name} = ${protocolCode(protocol)}`).join("\n")}


${FUNCTIONS}


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
