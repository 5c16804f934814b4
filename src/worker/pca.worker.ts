/** The thread that PCA is fitted in: a fit takes a second, and training shall not wait for it. */

import { createWasmAlgebra } from "../engine/wasm/linear-algebra";
import { AnswerError, inWords } from "../protocol/rpc";
import type { PcaQuestions } from "./pca-client";
import { type FittedPca, fitPcaFigures, type PcaData } from "./pca-figures";
import { serve } from "./rpc";
import { browserWasmPlatform } from "./wasm-platform";

let data: PcaData | null = null;
let fitted: Promise<FittedPca> | null = null;

serve<PcaQuestions>(
  self,
  {
    images(given) {
      data = given;
      return null;
    },
    // A copy changes hands: figures are still to be made of the fit.
    pca: async () => structuredClone((await fitOnce()).pca),
    figures: async ({ latentSize }) => (await fitOnce()).figures(latentSize),
  },
  (error) => new AnswerError(inWords(error), ""),
);

function fitOnce(): Promise<FittedPca> {
  fitted ??= fitToData().catch((error) => {
    // The next question tries again.
    fitted = null;
    throw error;
  });
  return fitted;
}

async function fitToData(): Promise<FittedPca> {
  if (!data) throw new Error("PCA was asked for before its images came.");
  // Without SIMD, or where the kernels cannot be loaded, plain TypeScript comes to the same.
  const algebra = await createWasmAlgebra(browserWasmPlatform).catch(() => undefined);
  return fitPcaFigures(data, algebra);
}
