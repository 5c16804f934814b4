/** The thread that PCA is fitted in: a fit takes a second, and training shall not wait for it. */

import { MOST_CHOSEN } from "../config/net";
import { basisOfPca, fitPcaByKernels } from "../engine/wasm/linear-algebra";
import { AnswerError, inWords } from "../protocol/rpc";
import type { PcaQuestions } from "./pca-client";
import { type FittedPca, fitPcaFigures } from "./pca-figures";
import { serve } from "./rpc";
import { browserWasmPlatform } from "./wasm-platform";

/** Images of 12,288 numbers take a minute of one core. */
const MOST_THREADS = 4;
const threads = Math.min(MOST_THREADS, navigator.hardwareConcurrency || 1);

let fitted: FittedPca | null = null;

serve<PcaQuestions>(
  self,
  {
    images(data) {
      fitted = fitPcaFigures(
        data,
        (set, indices, most) =>
          fitPcaByKernels(browserWasmPlatform, { set, indices, most, threads }),
        (pca) => basisOfPca(browserWasmPlatform, pca, MOST_CHOSEN),
      );
      return null;
    },
    // A copy changes hands: figures are still to be made of the fit.
    pca: async ({ latentSize }) => structuredClone(await known().pca(latentSize)),
    figures: ({ latentSize }) => known().figures(latentSize),
  },
  (error) => new AnswerError(inWords(error), ""),
);

function known(): FittedPca {
  if (!fitted) throw new Error("PCA was asked for before its images came.");
  return fitted;
}
