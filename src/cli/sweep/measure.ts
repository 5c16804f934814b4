/** One net of a sweep: trained, and judged at each of its sizes beside PCA and JPEG. */

import type { QualityFigures } from "../../metrics/metrics";
import { netOf } from "../../nets/presets";
import { isNested } from "../../nets/spec";
import type { RunResult } from "../../runs/results";
import type { RunControl } from "../../training/control";
import { evaluate } from "../../training/evaluate";
import type { ReportHost } from "../report/host";
import type { RunImages } from "../run";
import type { PlannedRun } from "./plan";
import type { ReferenceFigures, References } from "./references";

export interface SweepPoint extends ReferenceFigures {
  /** Numbers in the code. */
  readonly latent: number;
  readonly net: QualityFigures;
}

export interface SweepRun {
  readonly result: RunResult;
  /** By ascending size. */
  readonly points: readonly SweepPoint[];
}

export interface SweepTask extends PlannedRun {
  readonly images: RunImages;
  /** Of these images. */
  readonly references: References;
  readonly control: RunControl;
  readonly progress: (fraction: number, text: string) => void;
}

/** @throws what training throws, RunCancelledError among it */
export async function measure(task: SweepTask, run: ReportHost["run"]): Promise<SweepRun> {
  const { config, latents, images, references, control, progress } = task;
  const cut = new Map<number, QualityFigures>();
  const result = await run({
    config,
    images,
    control,
    progress,
    async onTrained(_model, trainer) {
      if (!isNested(netOf(config, images.dataset.shape))) return;
      for (const latent of latents) {
        progress(1, `judged with its first ${latent} numbers`);
        trainer.setKept(latent);
        const { quality } = await evaluate(trainer, images.dataset, images.split.test, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          control.throwIfCancelled();
        });
        cut.set(latent, quality);
      }
      trainer.setKept(null);
    },
  });
  const points: SweepPoint[] = [];
  for (const latent of latents) {
    progress(1, `PCA and JPEG with ${latent} bytes`);
    await new Promise((resolve) => setImmediate(resolve));
    control.throwIfCancelled();
    const { mse, psnr, ssim, ssimWriteup } = cut.get(latent) ?? result.test;
    const net = { mse, psnr, ssim, ssimWriteup };
    points.push({ latent, net, ...(await references.at(latent)) });
  }
  return { result, points };
}
