/** The figures behind a chart, as comma-separated values: all of them, unlike what is drawn. */

import { learningRateAt } from "../../../config/schedule";
import type { Run } from "../../../state/state";

type Cell = string | number | boolean;

const table = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  `${[head, ...rows].map((row) => row.join(",")).join("\n")}\n`;

/** Every step's training loss and learning rate; validation where an epoch ends. */
export function lossCsv({ losses, epochs, started, config }: Run): string {
  const stepsPerEpoch = started?.stepsPerEpoch ?? 1;
  const total = stepsPerEpoch * config.epochs;
  const ends = new Map(epochs.map((epoch) => [epoch.step, epoch]));
  const rows = Array.from(losses.values, (loss, i): Cell[] => {
    const step = i + 1;
    const end = ends.get(step);
    return [
      step,
      step / stepsPerEpoch,
      loss,
      learningRateAt(config, step, total),
      ...(end ? [end.trainLoss, end.validationLoss, end.isBest] : ["", "", ""]),
    ];
  });
  const head = ["step", "epoch", "training_loss", "learning_rate"];
  return table([...head, "epoch_training_loss", "validation_loss", "best_so_far"], rows);
}

/** Every epoch's figures over the validation split. */
export function ssimCsv({ epochs }: Run): string {
  return table(
    ["epoch", "step", "ssim_writeup", "ssim_wang", "mse", "psnr", "best_so_far"],
    epochs.map(({ epoch, step, validation, isBest }) => [
      epoch,
      step,
      validation.ssimWriteup,
      validation.ssim,
      validation.mse,
      validation.psnr,
      isBest,
    ]),
  );
}
