/** A trainer that outlives its device: when that fails, training goes on on the next one. */

import type { LayersModel } from "@tensorflow/tfjs";
import { TrainerChecks } from "../engine/checks";
import type { DeviceInfo, Samples, Scores, Trainer, TrainerOptions } from "../engine/device";
import type { OptimizerState } from "../engine/optimizer";
import { Failover, type FailoverHost } from "./failover";
import { type NotedStep, RecoveryPoint, readState } from "./recovery-point";
import { score } from "./score";
import { CorruptionDetector } from "./silent-corruption";
import { flatWeights, setFlatWeights } from "./weights";

/** Milliseconds between two checkpoints within an epoch. */
const CHECKPOINT_EVERY = 10_000;
/** At the ends of epochs there is one each, but no more than one in so many milliseconds. */
const CHECKPOINT_LEAST = 1000;

export interface ResilienceOptions extends FailoverHost {
  readonly model: LayersModel;
  /** Milliseconds. */
  readonly now: () => number;
  /** Awaited after each repeated step; it may throw a RunCancelledError. */
  readonly pause: () => Promise<void>;
}

/**
 * A trainer on the first of those devices that can train the model, and on the next when it fails.
 *
 * It keeps a checkpoint (weights, and Adam's state) in memory and notes the steps since. When a
 * call fails, is not answered, or is answered with garbage, the next device starts from the
 * checkpoint, takes those steps again and answers the call: whoever trains sees the same order of
 * batches, masks and learning rates as if nothing had happened. A checkpoint leaves the device's
 * weights in the model. Arguments are checked before they are handed on, so that a caller's fault is
 * never taken for a device's.
 *
 * @throws what the first device throws, where no other can take its place
 */
export async function createResilientTrainer(options: ResilienceOptions): Promise<Trainer> {
  const weights = await flatWeights(options.model);
  const trainer = new ResilientTrainer(options, weights);
  await trainer.begin();
  return trainer;
}

class ResilientTrainer implements Trainer {
  /** There only while the device takes many steps in one call. */
  steps?: NonNullable<Trainer["steps"]>;
  /** There only while the device scores images itself. */
  score?: NonNullable<Trainer["score"]>;
  readonly model: LayersModel;
  readonly #host: ResilienceOptions;
  readonly #devices: Failover;
  #checks: TrainerChecks | null = null;
  #samples: Samples | null = null;
  #kept: number | null | undefined;
  readonly #recovery: RecoveryPoint;
  readonly #corruption = new CorruptionDetector();
  #stepsTaken = 0;

  constructor(host: ResilienceOptions, weights: Float32Array) {
    this.model = host.model;
    this.#host = host;
    this.#recovery = new RecoveryPoint(weights, host.now);
    this.#devices = new Failover(host, {
      progress: () => ({ step: this.#stepsTaken, repeats: this.#recovery.steps.length }),
      restore: () => this.#recovery.restore(this.model),
      adopt: (device) => this.#adopt(device),
      catchUp: (device) => this.#catchUp(device),
    });
  }

  /** Starts the first device. */
  async begin(): Promise<void> {
    await this.#devices.begin();
    this.#checks = new TrainerChecks(this.model, this.options);
  }

  get info(): DeviceInfo {
    return this.#devices.current.info;
  }

  get options(): TrainerOptions {
    return this.#devices.current.options;
  }

  async setSamples(samples: Samples): Promise<void> {
    this.#checks?.samples(samples);
    await this.#devices.ask((device) => device.setSamples(samples));
    this.#samples = samples;
  }

  async step(indices: Uint32Array, learningRate?: number): Promise<number> {
    this.#checks?.step(indices, learningRate ?? this.options.optimizer.learningRate);
    await this.#prove();
    const loss = await this.#devices.ask(async (device) => {
      const answer = await device.step(indices, learningRate);
      await this.#judge(device, [answer]);
      return answer;
    });
    await this.#note([{ indices: indices.slice(), learningRate }]);
    return loss;
  }

  async evaluate(indices: Uint32Array): Promise<number> {
    this.#checks?.evaluate(indices);
    await this.#keepCheckpoint(CHECKPOINT_LEAST);
    return this.#devices.ask((device) => device.evaluate(indices));
  }

  async #score(indices: Uint32Array): Promise<Scores> {
    this.#checks?.evaluate(indices);
    await this.#keepCheckpoint(CHECKPOINT_LEAST);
    const { inputs: images, shape } = this.#samples ?? {};
    if (!(images instanceof Uint8Array) || !shape)
      throw new RangeError("Only images in bytes are scored.");
    // The next device may leave the scoring to us.
    return this.#devices.ask((device) => score(device, { shape, images }, indices));
  }

  async predict(indices: Uint32Array): Promise<Float32Array> {
    this.#checks?.predict(indices);
    return this.#devices.ask((device) => device.predict(indices));
  }

  setKept(kept: number | null): void {
    this.#checks?.kept(kept);
    this.#devices.current.setKept(kept);
    this.#kept = kept;
  }

  pullWeights(): Promise<void> {
    return this.#devices.ask((device) => device.pullWeights());
  }

  async pushWeights(): Promise<void> {
    const weights = await flatWeights(this.model);
    const { steps, state } = this.#recovery;
    const optimizer =
      steps.length > 0
        ? await this.#devices.ask((device) => device.optimizerState())
        : state.optimizer;
    this.#recovery.set({ weights, optimizer });
    // A move in between would have left others in the model.
    setFlatWeights(this.model, weights);
    await this.#devices.ask((device) => device.pushWeights());
  }

  optimizerState(): Promise<OptimizerState> {
    return this.#devices.ask((device) => device.optimizerState());
  }

  async setOptimizerState(state: OptimizerState): Promise<void> {
    this.#checks?.optimizerState(state);
    await this.#devices.ask((device) => device.setOptimizerState(state));
    if (this.#recovery.steps.length > 0) await this.#keepCheckpoint(0);
    else this.#recovery.set({ ...this.#recovery.state, optimizer: state });
    this.#stepsTaken = state.step;
  }

  memoryBytes(): number {
    return this.#devices.current.memoryBytes();
  }

  dispose(): void {
    this.#checks?.dispose();
    this.#devices.dispose();
  }

  #adopt(device: Trainer): void {
    this.#corruption.startAnew();
    if (device.steps) this.steps = (indices, rates) => this.#takeSteps(indices, rates);
    else delete this.steps;
    if (device.score) this.score = (indices) => this.#score(indices);
    else delete this.score;
  }

  /** From the checkpoint to the newest step, on a device that has just started. */
  async #catchUp(device: Trainer): Promise<void> {
    if (!this.#samples) return;
    const ask = (call: () => Promise<unknown>) => this.#devices.answer(call);
    await this.#recovery.catchUp(device, this.#samples, this.#kept, ask, async () => {
      this.#devices.stepTaken();
      await this.#host.pause();
    });
  }

  async #takeSteps(indices: Uint32Array, rates: readonly number[]): Promise<Float32Array> {
    this.#checks?.steps(indices, rates);
    await this.#prove();
    const { batchSize } = this.options;
    const batches = rates.map((learningRate, i) => ({
      indices: indices.slice(i * batchSize, (i + 1) * batchSize),
      learningRate,
    }));
    const losses = await this.#devices.ask(async (device) => {
      const answers = device.steps
        ? await device.steps(indices, rates)
        : await oneByOne(device, batches, this.#host.pause);
      await this.#judge(device, answers);
      return answers;
    });
    await this.#note(batches);
    return losses;
  }

  async #note(steps: readonly NotedStep[]): Promise<void> {
    this.#stepsTaken += steps.length;
    this.#devices.stepTaken();
    // Where no device could go on from it, nobody wants a checkpoint.
    if (!this.#devices.hasNext) return;
    this.#recovery.note(steps);
    await this.#keepCheckpoint(CHECKPOINT_EVERY);
  }

  /** Takes a checkpoint, unless there is one of this step or of the last so many milliseconds. */
  async #keepCheckpoint(notWithin: number): Promise<void> {
    if (!this.#devices.hasNext || this.#corruption.isSuspicious) return;
    if (!this.#recovery.isOlderThan(notWithin)) return;
    const state = await this.#devices.ask((device) => readState(device, this.model));
    // Spoilt by the newest step: its loss, still finite, is that of the weights before.
    if (!state.weights.every(Number.isFinite)) return;
    this.#recovery.set(state);
  }

  /** Before a GPU's first step: the loss by which it will be known. */
  async #prove(): Promise<void> {
    if (this.#corruption.known || !this.#devices.isGpu || !this.#devices.hasNext) return;
    if (!this.#samples || this.#recovery.steps.length > 0) return;
    const { weights } = this.#recovery.state;
    const count = Math.min(this.#samples.count, this.options.batchSize);
    const samples = Uint32Array.from({ length: count }, (_, i) => i);
    const loss = await this.#devices.ask((device) => device.evaluate(samples));
    this.#corruption.known = { weights, kept: this.#kept, samples, loss };
  }

  /** @throws DeviceError where the losses are a GPU's garbage */
  async #judge(device: Trainer, losses: ArrayLike<number>): Promise<void> {
    if (!this.#devices.isGpu || !this.#devices.hasNext) return;
    await this.#corruption.judge(device, this.model, this.#kept, losses);
  }
}

async function oneByOne(
  device: Trainer,
  steps: readonly NotedStep[],
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const losses = new Float32Array(steps.length);
  for (const [i, { indices, learningRate }] of steps.entries()) {
    losses[i] = await device.step(indices, learningRate);
    await pause();
  }
  return losses;
}
