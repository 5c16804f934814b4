/**
 * What training minimises: a weighted sum of terms, each a mean over the batch; in one word, as in
 * `mse:1,ssimUniform:0.5`, and in a formula for people.
 */

import * as v from "valibot";
import { type NumberRule, readNumber } from "../checks/number-text";
import { decimal } from "../checks/schema";
import {
  hasSsim,
  type SsimName,
  type SsimProtocol,
  ssimProtocol,
  ssimSide,
  UNIFORM_SIDE,
} from "../metrics/ssim-protocols";
import type { TextType } from "./value-types";

/**
 * Terms of a loss, pixels in [0, 1].
 *
 * - `binaryCrossentropy`: wants a net that ends in a sigmoid; taken from its logits.
 * - `meanSquaredError`, `meanAbsoluteError`: over pixels.
 * - `ssimUniform`: 1 − SSIM, uniform 7 × 7 windows, sample covariance, range 1.
 * - `ssimGaussian`: 1 − SSIM as of Wang et al. 2004, Gaussian 11 × 11 (the largest odd window that
 *   fits into smaller images), σ 1.5, range 1.
 * - `ssimWriteup`: 1 − SSIM by the write-up's protocol, uniform 7 × 7 and range 2. Of several channels
 *   each SSIM is the mean.
 * - `huber`: half the squared error up to 1, from there on the absolute one less ½ (Huber 1964); over
 *   pixels.
 * - `cosineSimilarity`: 1 − the cosine between output and target, each all of a sample's numbers.
 * - `categoricalCrossentropy`: over pixels, each a distribution over its channels; wants a net that ends
 *   in a softmax, and is taken from its logits.
 */
export const LOSS_TERMS = [
  "binaryCrossentropy",
  "meanSquaredError",
  "meanAbsoluteError",
  "ssimUniform",
  "ssimGaussian",
  "ssimWriteup",
  "huber",
  "cosineSimilarity",
  "categoricalCrossentropy",
] as const;
export type LossTerm = (typeof LOSS_TERMS)[number];

/** Weight of each term, over 0; a term that is not there does not count. At least one is there. */
export type LossWeights = Readonly<Partial<Record<LossTerm, number>>>;

/** The SSIM of each term; null for those that are none. */
const SSIM_OF_TERM = {
  binaryCrossentropy: null,
  meanSquaredError: null,
  meanAbsoluteError: null,
  ssimUniform: "uniform",
  ssimGaussian: "gaussian",
  ssimWriteup: "writeup",
  huber: null,
  cosineSimilarity: null,
  categoricalCrossentropy: null,
} as const satisfies Readonly<Record<LossTerm, SsimName | null>>;

/** Least square of a length by which a cosine is divided, as in tfjs's and Keras's normalisation. */
export const COSINE_EPSILON = 1e-7;

interface Sides {
  readonly height: number;
  readonly width: number;
}

/** Shape of a net's output for one sample. */
interface OutputShape extends Sides {
  readonly channels: number;
}

/**
 * The SSIM of a term for outputs of that shape; null where the term is none.
 *
 * @throws RangeError where they are too small for one
 */
export function ssimOfTerm(term: LossTerm, output: Sides): SsimProtocol | null {
  const name = SSIM_OF_TERM[term];
  return name && ssimProtocol(name, output);
}

/**
 * The terms of a loss with their weights, always in the order of LOSS_TERMS.
 *
 * @throws RangeError where there is no term, a weight is not finite and over 0, an output of that shape is
 *   too small for SSIM's window, or categorical cross-entropy has one channel alone or stands beside the
 *   binary one
 */
export function termsOf(weights: LossWeights, output: OutputShape): [LossTerm, number][] {
  const terms: [LossTerm, number][] = [];
  for (const term of LOSS_TERMS) {
    const weight = weights[term];
    if (weight === undefined) continue;
    if (!(weight > 0 && Number.isFinite(weight))) {
      throw new RangeError(`the loss's weight of ${term} must be over 0, not ${weight}`);
    }
    const { height, width, channels } = output;
    if (SSIM_OF_TERM[term] && !hasSsim(output)) {
      throw new RangeError(
        `${term} needs images of at least ${UNIFORM_SIDE} × ${UNIFORM_SIDE} pixels, but the model's output is ${height} × ${width} × ${channels}`,
      );
    }
    if (term === "categoricalCrossentropy") {
      if (channels === 1) {
        throw new RangeError(`${term} needs 2 channels at least, and the model's output has one`);
      }
      if (weights.binaryCrossentropy !== undefined) {
        throw new RangeError(`${term} and binaryCrossentropy cannot both see the output's logits`);
      }
    }
    terms.push([term, weight]);
  }
  if (terms.length === 0) throw new RangeError("a loss needs at least one term");
  return terms;
}

/** Of one term. */
const WEIGHT: NumberRule = { min: 0.001, max: 1000, whole: false };

const SHORT_NAMES: Readonly<Record<string, LossTerm>> = {
  bce: "binaryCrossentropy",
  mse: "meanSquaredError",
  mae: "meanAbsoluteError",
  cosine: "cosineSimilarity",
  cce: "categoricalCrossentropy",
};

const BY_NAME: ReadonlyMap<string, LossTerm> = new Map([
  ...LOSS_TERMS.map((term) => [term, term] as const),
  ...Object.entries(SHORT_NAMES),
]);

/** Whether two losses have the same terms with the same weights. */
export const sameLoss = (a: LossWeights, b: LossWeights): boolean =>
  LOSS_TERMS.every((term) => a[term] === b[term]);

/** Terms with their weights: `mse:1,ssimUniform:0.5`; a weight that is left out is 1. */
export const LOSS_TYPE: TextType<LossWeights> = {
  kind: "text",
  allowed:
    `terms with weights from ${WEIGHT.min} to ${WEIGHT.max} such as mse:1,ssimUniform:0.5, ` +
    `out of ${[...BY_NAME.keys()].join(", ")}, each once`,
  hasOwnText: true,
  placeholder: "TERM:W,…",
  schema(subject) {
    const message = `${subject} must be weights of one or more of ${LOSS_TERMS.join(", ")}.`;
    const weight = decimal(WEIGHT, "The weight of a loss's term");
    return v.pipe(
      v.record(v.picklist(LOSS_TERMS, message), weight, message),
      v.minEntries(1, message),
    );
  },
  /** As short as can be: "bce,ssimUniform:0.5". */
  write: (loss) =>
    LOSS_TERMS.flatMap((term) => {
      const weight = loss[term];
      if (weight === undefined) return [];
      const name = Object.keys(SHORT_NAMES).find((short) => SHORT_NAMES[short] === term) ?? term;
      return [weight === 1 ? name : `${name}:${weight}`];
    }).join(),
  read(text) {
    const loss: Partial<Record<LossTerm, number>> = {};
    for (const part of text.split(",")) {
      const [name = "", weight = "1", ...rest] = part.split(":").map((word) => word.trim());
      const term = BY_NAME.get(name);
      const value = readNumber(weight, WEIGHT);
      if (!term || rest.length > 0 || value === undefined) return undefined;
      if (loss[term] !== undefined) return undefined;
      loss[term] = value;
    }
    return loss;
  },
  isSame: sameLoss,
};

/** "meanSquaredError:1, ssimUniform:0.5" */
export const lossInTerms = (loss: LossWeights): string =>
  LOSS_TERMS.flatMap((term) => (loss[term] ? [`${term}:${loss[term]}`] : [])).join(", ");

const IN_FORMULA: Readonly<Record<LossTerm, string>> = {
  ssimUniform: "SSIM 7×7",
  ssimGaussian: "SSIM 11×11",
  ssimWriteup: "SSIM write-up",
  binaryCrossentropy: "BCE",
  meanSquaredError: "MSE",
  meanAbsoluteError: "MAE",
  huber: "Huber",
  cosineSimilarity: "cosine",
  categoricalCrossentropy: "CCE",
};

const IN_FULL: Readonly<Partial<Record<LossTerm, string>>> = {
  binaryCrossentropy: "binary cross-entropy",
  meanSquaredError: "mean squared error",
  meanAbsoluteError: "mean absolute error",
  huber: "Huber loss",
  cosineSimilarity: "cosine distance",
  categoricalCrossentropy: "categorical cross-entropy",
};

const FRACTIONS: ReadonlyMap<number, string> = new Map([
  [0.25, "¼ "],
  [0.5, "½ "],
  [0.75, "¾ "],
  [1, ""],
]);

/** Order of reading: what leads the loss first, then SSIM, then what only steadies it. */
const READING_ORDER: readonly LossTerm[] = [
  "binaryCrossentropy",
  "categoricalCrossentropy",
  "ssimUniform",
  "ssimGaussian",
  "ssimWriteup",
  "meanSquaredError",
  "meanAbsoluteError",
  "huber",
  "cosineSimilarity",
];

const weighted = (loss: LossWeights, term: LossTerm, name: string): string => {
  const weight = loss[term] ?? 0;
  return `${FRACTIONS.get(weight) ?? `${weight} · `}${name}`;
};

/** A term's name in a formula; of images of that shape an SSIM is named by the window that fits. */
function inFormula(term: LossTerm, shape: Sides | undefined): string {
  if (term !== "ssimGaussian" || !shape) return IN_FORMULA[term];
  const side = ssimSide("gaussian", shape);
  return `SSIM ${side}×${side}`;
}

/**
 * "½ SSIM 7×7 + ½ SSIM 11×11 + MSE", or "SSIM (¼ 7×7 + ¼ 11×11 + ½ write-up) + MSE" where there are
 * more of them; an SSIM counts as 1 − SSIM, a cosine as 1 − cosine.
 *
 * @param shape of the images, where it is known: windows are smaller in small ones
 */
export function lossFormula(loss: LossWeights, shape?: Sides): string {
  const terms = READING_ORDER.filter((term) => loss[term] !== undefined);
  const ssims = terms.filter((term) => IN_FORMULA[term].startsWith("SSIM "));
  if (ssims.length < 3) {
    return terms.map((term) => weighted(loss, term, inFormula(term, shape))).join(" + ");
  }
  const inner = ssims.map((term) =>
    weighted(loss, term, inFormula(term, shape).replace("SSIM ", "")),
  );
  return terms
    .flatMap((term) => {
      if (!ssims.includes(term)) return [weighted(loss, term, IN_FORMULA[term])];
      return term === ssims[0] ? [`SSIM (${inner.join(" + ")})`] : [];
    })
    .join(" + ");
}

/** "binary cross-entropy" where it is one whole term with a name, else the formula. */
export function lossName(loss: LossWeights, shape?: Sides): string {
  const terms = LOSS_TERMS.filter((term) => loss[term] !== undefined);
  const only = terms.length === 1 && loss[terms[0]!] === 1 ? IN_FULL[terms[0]!] : undefined;
  return only ?? lossFormula(loss, shape);
}
