/** Which epoch was the best so far, and whether it is still worth going on. */

import type { MonitorName, RunConfig } from "../config/config";
import type { RunProgress } from "../runs/checkpoint";
import type { Evaluation } from "./evaluate";

/** The monitored figure of a validation; of SSIM more is better, of the others less. */
export function monitoredValue(monitor: MonitorName, { loss, quality }: Evaluation): number {
  return monitor === "validationLoss" ? loss : quality[monitor];
}

const MORE_IS_BETTER: Readonly<Record<MonitorName, boolean>> = {
  validationLoss: false,
  mse: false,
  ssim: true,
  ssimWriteup: true,
};

export class EarlyStopping {
  readonly #settings: Pick<RunConfig, "monitor" | "patience">;
  #best: RunProgress["best"];

  /** @param best what an earlier part of the same run found */
  constructor(settings: Pick<RunConfig, "monitor" | "patience">, best: RunProgress["best"] = null) {
    this.#settings = settings;
    this.#best = best;
  }

  /** The best epoch so far; null before the first. */
  get best(): RunProgress["best"] {
    return this.#best;
  }

  /** Takes note of an epoch's validation; true where it is better than all before, not just as good. */
  isBest(epoch: number, validation: Evaluation): boolean {
    const { monitor } = this.#settings;
    const value = monitoredValue(monitor, validation);
    const best = this.#best?.value;
    if (best !== undefined && !(MORE_IS_BETTER[monitor] ? value > best : value < best))
      return false;
    this.#best = { epoch, value };
    return true;
  }

  /** Whether as many epochs as the patience allows have gone by without a better one. */
  isOver(epoch: number): boolean {
    const { patience } = this.#settings;
    return patience !== null && epoch - (this.#best?.epoch ?? 0) >= patience;
  }
}
