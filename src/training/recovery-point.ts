/** From where the next device goes on: a checkpoint in memory, and the steps since. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { Samples, Trainer } from "../engine/device";
import type { OptimizerState } from "../engine/optimizer";
import { flatWeights, setFlatWeights } from "./weights";

/** What training has come to. */
export interface TrainingState {
  readonly weights: Float32Array;
  /** Null where the optimiser has not taken a step. */
  readonly optimizer: OptimizerState | null;
}

export interface NotedStep {
  readonly indices: Uint32Array;
  readonly learningRate: number | undefined;
}

/** Leaves the device's weights in the model. */
export async function readState(device: Trainer, model: LayersModel): Promise<TrainingState> {
  await device.pullWeights();
  const optimizer = await device.optimizerState();
  return { weights: await flatWeights(model), optimizer };
}

/** A device's call, watched while it lasts. */
type Ask = (call: () => Promise<unknown>) => Promise<unknown>;

export class RecoveryPoint {
  readonly #now: () => number;
  #state: TrainingState;
  #at: number;
  #steps: NotedStep[] = [];

  /** @param now milliseconds */
  constructor(weights: Float32Array, now: () => number) {
    this.#state = { weights, optimizer: null };
    this.#now = now;
    this.#at = now();
  }

  get state(): TrainingState {
    return this.#state;
  }

  /** Since the checkpoint: what would have to be repeated. */
  get steps(): readonly NotedStep[] {
    return this.#steps;
  }

  note(steps: readonly NotedStep[]): void {
    this.#steps.push(...steps);
  }

  /** Whether it is that many milliseconds old, and steps have been taken since. */
  isOlderThan(milliseconds: number): boolean {
    return this.#steps.length > 0 && this.#now() - this.#at >= milliseconds;
  }

  set(state: TrainingState): void {
    this.#state = state;
    this.#at = this.#now();
    this.#steps = [];
  }

  /**
   * Brings a device that has just started, with the checkpoint's weights in its model, to the
   * newest step.
   *
   * @param onStep awaited after each step that is repeated; it may throw to end it all
   */
  async catchUp(
    device: Trainer,
    samples: Samples,
    kept: number | null | undefined,
    ask: Ask,
    onStep: () => Promise<void>,
  ): Promise<void> {
    await ask(() => device.setSamples(samples));
    if (kept !== undefined) device.setKept(kept);
    await ask(() => device.pushWeights());
    const { optimizer } = this.#state;
    if (optimizer) await ask(() => device.setOptimizerState(optimizer));
    for (const { indices, learningRate } of this.#steps) {
      await ask(() => device.step(indices, learningRate));
      await onStep();
    }
    // Whoever pulled weights from the lost device shall not find the checkpoint's in their place.
    await ask(() => device.pullWeights());
  }

  /** Puts the checkpoint's weights into the model. */
  restore(model: LayersModel): void {
    setFlatWeights(model, this.#state.weights);
  }
}
