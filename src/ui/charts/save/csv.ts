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

/** Every epoch's ELBO over the validation split, in nats an image; a column for each number's divergence. */
export function elboCsv({ epochs }: Run): string {
  const measured = epochs.flatMap(({ epoch, step, nats }) => (nats ? [{ epoch, step, nats }] : []));
  const numbers = measured.at(-1)?.nats.klOfNumbers?.length ?? 0;
  return table(
    [
      ...["epoch", "step", "elbo", "reconstruction", "kl", "active_units"],
      ...Array.from({ length: numbers }, (_, i) => `kl_${i + 1}`),
    ],
    measured.map(({ epoch, step, nats }) => [
      ...[epoch, step, nats.elbo, nats.reconstruction, nats.kl, nats.activeUnits],
      ...Array.from({ length: numbers }, (_, i) => nats.klOfNumbers?.[i] ?? ""),
    ]),
  );
}
