/**
 * Detects silent corruption: tfjs goes on and computes with garbage when the browser takes its GPU
 * away (tfjs#756).
 *
 * A loss that is no number may as well be the learning rate's fault, and one that stays the same a
 * net's that no longer learns. So the GPU is then asked for a loss that is known.
 */

import type { LayersModel } from "@tensorflow/tfjs";
import type { Trainer } from "../engine/device";
import { DeviceError } from "../engine/errors";
import { readState } from "./recovery-point";
import { setFlatWeights } from "./weights";

/** Steps whose losses are equal to the last bit: corrupt, or a net that no longer learns. */
const SUSPICIOUS = 8;
/** Of a known loss, for a GPU that still computes. */
const TOLERANCE = 1e-3;

/** A loss that a device is known to compute as long as it computes at all. */
export interface KnownLoss {
  readonly weights: Float32Array;
  /** What nested dropout kept. */
  readonly kept: number | null | undefined;
  /** Samples that it is the mean loss of. */
  readonly samples: Uint32Array;
  readonly loss: number;
}

export class CorruptionDetector {
  known: KnownLoss | null = null;
  #lastLoss = Number.NaN;
  #equalLosses = 0;

  /** Whether the last losses were equal: then nothing may be taken for good yet. */
  get isSuspicious(): boolean {
    return this.#equalLosses > 0;
  }

  /** Another device has taken over. */
  startAnew(): void {
    this.#equalLosses = 0;
  }

  /**
   * Hears of a device's newest losses.
   *
   * @param kept what nested dropout keeps now
   * @throws DeviceError where they are suspicious and it cannot compute the known one
   */
  async judge(
    device: Trainer,
    model: LayersModel,
    kept: number | null | undefined,
    losses: ArrayLike<number>,
  ): Promise<void> {
    if (!this.known) return;
    let isNumber = true;
    for (const loss of Array.from(losses)) {
      isNumber &&= Number.isFinite(loss);
      this.#equalLosses = loss === this.#lastLoss ? this.#equalLosses + 1 : 0;
      this.#lastLoss = loss;
    }
    if (isNumber && this.#equalLosses < SUSPICIOUS) return;
    this.#equalLosses = 0;
    const current = isNumber ? await readState(device, model) : null;
    if (!(await stillComputes(device, model, kept, this.known))) {
      throw new DeviceError("The GPU has begun to give wrong results.");
    }
    if (!current) return;
    setFlatWeights(model, current.weights);
    await device.pushWeights();
  }
}

async function stillComputes(
  device: Trainer,
  model: LayersModel,
  kept: number | null | undefined,
  known: KnownLoss,
): Promise<boolean> {
  if (known.kept !== kept) return true;
  setFlatWeights(model, known.weights);
  await device.pushWeights();
  const loss = await device.evaluate(known.samples);
  return Math.abs(loss - known.loss) <= TOLERANCE * Math.abs(known.loss);
}
