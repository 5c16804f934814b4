/** The thread that PCA is fitted in: a fit takes a second, and training shall not wait for it. */

import { createWasmAlgebra } from "../engine/wasm/linear-algebra";
import {
  type FittedPca,
  fitPcaFigures,
  type PcaAnswer,
  type PcaCommand,
  type PcaData,
} from "./pca-figures";
import { browserWasmPlatform } from "./wasm-platform";

let data: PcaData | null = null;
let fitted: Promise<FittedPca> | null = null;

self.onmessage = ({ data: command }: MessageEvent<PcaCommand>) => {
  if (command.type === "fit") data = command.data;
  else void serve(command);
};

async function serve(command: Exclude<PcaCommand, { type: "fit" }>): Promise<void> {
  const latentSize = command.type === "pca" ? null : command.latentSize;
  try {
    fitted ??= fitToData().catch((error) => {
      // The next question tries again.
      fitted = null;
      throw error;
    });
    const { pca, figures } = await fitted;
    if (latentSize === null) answer({ type: "pca", pca });
    else answer({ type: "figures", figures: figures(latentSize) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer({ type: "error", latentSize, message });
  }
}

async function fitToData(): Promise<FittedPca> {
  if (!data) throw new Error("PCA was asked for before its images came.");
  // Without SIMD, or where the kernels cannot be loaded, plain TypeScript comes to the same.
  const algebra = await createWasmAlgebra(browserWasmPlatform).catch(() => undefined);
  return fitPcaFigures(data, algebra);
}

function answer(message: PcaAnswer): void {
  self.postMessage(message);
}
