/** A run's progress and result in words. */

import { lossInTerms } from "../config/loss";
import { isExact } from "../metrics/exact";
import type { QualityFigures, TestFigures } from "../metrics/metrics";
import { fewTestImages, type RunResult } from "../runs/results";

export interface StepProgress {
  readonly epoch: number;
  readonly loss: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number | null;
}

/** "epoch 3/50  loss 0.2541  validation 0.2560  812 images/s  4:05 left" */
export function progressText(
  { epoch, loss, imagesPerSecond, secondsLeft }: StepProgress,
  epochs: number,
  validationLoss: number | null,
): string {
  const parts = [`epoch ${epoch}/${epochs}`, `loss ${loss.toFixed(4)}`];
  if (validationLoss !== null) parts.push(`validation ${validationLoss.toFixed(4)}`);
  parts.push(`${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 1 : 0)} images/s`);
  if (secondsLeft !== null) parts.push(`${duration(secondsLeft)} left`);
  return parts.join("  ");
}

/** The result as a few lines for people; every SSIM with its protocol. */
export function resultText(result: RunResult): string {
  const { test, pca } = result;
  const rows = [
    ["", "MSE", "PSNR", "SSIM", "SSIM (write-up protocol)"],
    ["this net", ...figures(test)],
    [`PCA, ${result.latent}`, ...figures(pca)],
  ];
  const table = rows.map(([name, ...cells]) =>
    `  ${name!.padEnd(10)}${cells.map((cell) => cell.padStart(Math.max(10, cell.length + 2))).join("")}`.trimEnd(),
  );
  const few = fewTestImages([result]);
  const data = result.data === "synthetic" ? "Synthetic garments, not Fashion-MNIST. " : "";
  return `${[
    `${data}${result.epochs} epoch${result.epochs === 1 ? "" : "s"}, weights of epoch ${result.bestEpoch}; ${duration(result.seconds)} on ` +
      `${result.device} with ${result.threads} thread${result.threads === 1 ? "" : "s"}, ` +
      `${result.imagesPerSecond.toFixed(0)} training images a second`,
    `Loss ${result.trainLoss.toFixed(4)}, validation ${result.validationLoss.toFixed(4)} ` +
      `(${lossInTerms(result.config.loss)})`,
    `Test split, ${result.testImages.toLocaleString("en")} images: BCE ${test.bce.toFixed(4)}, ` +
      `${test.bceGap.toFixed(4)} over a perfect reconstruction's`,
    ...table,
    ...likelihoodLines(test),
    ...(few === null ? [] : [few]),
    ...(isExact(pca)
      ? ["PCA with so many numbers is the image itself: such a code has no mark to beat."]
      : []),
  ].join("\n")}\n`;
}

/** Of a net that draws its codes. */
function likelihoodLines({ elbo, reconstruction, kl, bound, activeUnits }: TestFigures): string[] {
  if (elbo === undefined || reconstruction === undefined || kl === undefined) return [];
  const nats = (value = 0) => value.toFixed(1);
  return [
    `ELBO ${nats(elbo)} nats an image: reconstruction ${nats(reconstruction)}, divergence ${nats(kl)}; ` +
      `by 64 importance samples ${nats(bound)}; ${activeUnits} active numbers`,
  ];
}

function figures(quality: QualityFigures): string[] {
  return [
    quality.mse.toFixed(5),
    `${quality.psnr.toFixed(2)} dB`,
    quality.ssim.toFixed(4),
    quality.ssimWriteup.toFixed(4),
  ];
}

/** "50 epochs in 4:05" */
export function effortText({ epochs, seconds }: Pick<RunResult, "epochs" | "seconds">): string {
  return `${epochs} epoch${epochs === 1 ? "" : "s"} in ${duration(seconds)}`;
}

/** "4:05", or "1:02:03" from an hour on. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  const tail = String(rest).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
