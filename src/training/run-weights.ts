/** A run's weights outside its device: the newest, the best, and checkpoints of both. */

import type { Checkpoint, RunProgress } from "../runs/checkpoint";
import { CheckpointError } from "./errors";
import type { RunOptions } from "./run-options";
import { flatWeights, setFlatWeights } from "./weights";

/** Milliseconds into a run at which it is handed on for the first time: from then on it can be resumed. */
const FIRST_WITHIN_EPOCH = 1000;
/** Milliseconds between two checkpoints in the middle of epochs, which take minutes on slow machines. */
const WITHIN_EPOCH_EVERY = 10_000;

type WeightsHost = Pick<RunOptions, "trainer" | "emit" | "checkpointEvery" | "now">;

export class RunWeights {
  readonly #host: WeightsHost;
  /** Weights of the best epoch, where they may be wanted later; `handedOn` with a checkpoint. */
  #best: { readonly weights: Float32Array; handedOn: boolean } | null = null;
  /** Step whose weights the model has; null for none. */
  #pulled: number | null = null;
  /** Step that was handed on last. */
  #handedOn = -1;
  /** When it was last handed on at the end of an epoch, or at rest. */
  #atRest = Number.NEGATIVE_INFINITY;
  /** From when on it is handed on in the middle of an epoch. */
  #withinEpoch: number;

  constructor(host: WeightsHost) {
    this.#host = host;
    this.#withinEpoch = host.now() + FIRST_WITHIN_EPOCH;
  }

  /** Copies the device's weights, which are that step's, to the model, unless it has them. */
  async pull(step: number): Promise<void> {
    if (this.#pulled === step) return;
    await this.#host.trainer.pullWeights();
    this.#pulled = step;
  }

  /** Those of that step are the best so far. */
  async keepBest(step: number): Promise<void> {
    await this.pull(step);
    this.#best = { weights: await flatWeights(this.#host.trainer.model), handedOn: false };
  }

  /** Puts the best weights back into model and device; false where none are kept. */
  async restoreBest(): Promise<boolean> {
    if (!this.#best) return false;
    const { trainer } = this.#host;
    setFlatWeights(trainer.model, this.#best.weights);
    await trainer.pushWeights();
    return true;
  }

  /** Brings model and device to where the run was. @throws CheckpointError where it does not fit */
  async goOnFrom({ progress, weights, best, ...arrays }: Checkpoint): Promise<void> {
    const { trainer, now } = this.#host;
    const { step, before = 0 } = progress;
    if (progress.best && !best) throw new CheckpointError("its best weights are missing");
    setFlatWeights(trainer.model, weights);
    await trainer.pushWeights();
    try {
      await trainer.setOptimizerState({ ...arrays, step: before + step });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new CheckpointError("the optimiser's state is of another size or optimiser");
    }
    this.#best = best && { weights: best, handedOn: true };
    this.#handedOn = step;
    this.#atRest = now();
    this.#withinEpoch = now() + WITHIN_EPOCH_EVERY;
  }

  /**
   * Hands on the run as it stands, unless nobody wants that, it has not moved since the last time,
   * or that was less than so many milliseconds ago.
   *
   * @param progress asked for only where it is handed on
   */
  async checkpoint(step: number, notWithin: number, progress: () => RunProgress): Promise<void> {
    const { now } = this.#host;
    if (now() - this.#atRest < notWithin) return;
    if (await this.#handOn(step, progress)) this.#atRest = now();
  }

  /**
   * The same in the middle of an epoch: soon after the run has begun, then every ten seconds. It
   * puts off none at an epoch's end.
   */
  async checkpointWithin(step: number, progress: () => RunProgress): Promise<void> {
    if (this.#host.now() >= this.#withinEpoch) await this.#handOn(step, progress);
  }

  /** False where nobody wants it, or it was handed on before. */
  async #handOn(step: number, progress: () => RunProgress): Promise<boolean> {
    const { trainer, emit, checkpointEvery, now } = this.#host;
    if (checkpointEvery === undefined || this.#handedOn === step) return false;
    await this.pull(step);
    const weights = await flatWeights(trainer.model);
    const { step: _taken, ...arrays } = await trainer.optimizerState();
    const best = this.#best && !this.#best.handedOn ? this.#best.weights.slice() : null;
    if (this.#best) this.#best.handedOn = true;
    this.#handedOn = step;
    this.#withinEpoch = now() + WITHIN_EPOCH_EVERY;
    emit({ type: "checkpoint", checkpoint: { progress: progress(), weights, best, ...arrays } });
    return true;
  }
}
