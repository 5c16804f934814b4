/** The thread that PCA is fitted in: a fit takes seconds, and training shall not wait for it. */

import {
  type FittedPca,
  fitPcaFigures,
  type PcaAnswer,
  type PcaCommand,
  type PcaData,
} from "./pca-figures";

let data: PcaData | null = null;
let fitted: FittedPca | null = null;

self.onmessage = ({ data: command }: MessageEvent<PcaCommand>) => {
  if (command.type === "fit") {
    data = command.data;
    return;
  }
  const latentSize = command.type === "pca" ? null : command.latentSize;
  try {
    if (!data) throw new Error("PCA was asked for before its images came.");
    fitted ??= fitPcaFigures(data);
    if (latentSize === null) answer({ type: "pca", pca: fitted.pca });
    else answer({ type: "figures", figures: fitted.figures(latentSize) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer({ type: "error", latentSize, message });
  }
};

function answer(message: PcaAnswer): void {
  self.postMessage(message);
}
