/** Whether a net beats PCA with as many numbers: figure by figure, and in words. */

import { isExact } from "../../metrics/exact";
import type { QualityFigures } from "../../metrics/metrics";
import * as format from "./format";

export interface Measure {
  readonly key: keyof QualityFigures;
  readonly name: string;
  /** The protocol or the unit, shown small. */
  readonly unit: string;
  /** What the glossary calls the protocol. */
  readonly word?: string;
  /** In a sentence. */
  readonly words: string;
  readonly show: (value: number) => string;
  readonly lowerIsBetter: boolean;
}

const thousandths = (value: number): string => (value * 1000).toFixed(2);

export const MEASURES: readonly Measure[] = [
  {
    key: "ssimWriteup",
    name: "SSIM",
    unit: "write-up",
    word: "write-up’s protocol",
    words: "the write-up’s SSIM",
    show: format.ssim,
    lowerIsBetter: false,
  },
  {
    key: "ssim",
    name: "SSIM",
    unit: "Wang",
    word: "Wang",
    words: "Wang’s SSIM",
    show: format.ssim,
    lowerIsBetter: false,
  },
  {
    key: "mse",
    name: "MSE",
    unit: "× 1000",
    words: "MSE",
    show: thousandths,
    lowerIsBetter: true,
  },
  {
    key: "psnr",
    name: "PSNR",
    unit: "dB",
    words: "PSNR",
    show: (value) => value.toFixed(1),
    lowerIsBetter: false,
  },
];

export interface Comparison {
  /** `even` where both show the same figure. */
  readonly better: "net" | "pca" | "even";
  /** How far the two are apart, as shown: "0.021". */
  readonly by: string;
}

/** Compares what is shown: a difference that nobody could see counts as none. */
export function compare(measure: Measure, net: number, pca: number): Comparison {
  const { show, lowerIsBetter } = measure;
  const [shownNet, shownPca] = [show(net), show(pca)];
  if (shownNet === shownPca) return { better: "even", by: show(0) };
  const digits = shownNet.split(".")[1]?.length ?? 0;
  return {
    better: net > pca === lowerIsBetter ? "pca" : "net",
    // Of the rounded figures, so that the three numbers of a line agree.
    by: Math.abs(Number(shownNet) - Number(shownPca)).toFixed(digits),
  };
}

export interface Verdict {
  readonly answer: "yes" | "no" | "partly" | "even";
  /** "Yes", "No", … */
  readonly short: string;
  /** The reason, one sentence. */
  readonly words: string;
}

/**
 * Beaten means better by every measure, or by some and as good by the rest.
 *
 * @param items what the images are called: "garments"
 */
export function verdict(
  net: QualityFigures,
  pca: QualityFigures,
  latentSize: number,
  items: string,
): Verdict {
  if (isExact(pca)) {
    return {
      answer: "no",
      short: "No",
      words: "PCA with so many numbers is the image itself: such a code has no mark to beat.",
    };
  }
  const by = (winner: Comparison["better"]) =>
    MEASURES.filter(
      (measure) => compare(measure, net[measure.key], pca[measure.key]).better === winner,
    );
  const won = by("net");
  const lost = by("pca");
  const numbers = latentSize === 1 ? "the same one number" : `the same ${latentSize} numbers`;
  if (won.length === 0 && lost.length === 0) {
    return {
      answer: "even",
      short: "Neither",
      words: `With ${numbers} both rebuild ${items} equally well.`,
    };
  }
  const reach = won.length === 0 || lost.length === 0 ? scope(won.length + lost.length) : "";
  if (lost.length === 0) {
    return {
      answer: "yes",
      short: "Yes",
      words: `With ${numbers} the net rebuilds ${items} better, ${reach}.`,
    };
  }
  if (won.length === 0) {
    return { answer: "no", short: "No", words: `PCA does more with ${numbers}, ${reach}.` };
  }
  return {
    answer: "partly",
    short: "Partly",
    words: `Better by ${list(won)}; worse by ${list(lost)}.`,
  };
}

const scope = (decided: number): string =>
  decided === MEASURES.length ? "by every measure" : `by ${decided} of ${MEASURES.length} measures`;

/** "a", "a and b", "a, b and c" */
function list(measures: readonly Measure[]): string {
  const names = measures.map(({ words }) => words);
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** Why figures of the same pictures can disagree; null where they do not. */
export function whyTheyDisagree({ answer }: Verdict): string | null {
  return answer === "partly"
    ? "SSIM asks for the same texture and edges, MSE and PSNR for the same brightness of each pixel: the loss decides which the net learns."
    : null;
}
