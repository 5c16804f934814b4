/** One run from its first step to its result: the same in the browser and on the command line. */

import { meanInterval } from "../math/student";
import type { BoundFigures, LiveElbo } from "../metrics/likelihood";
import { bceFloor } from "../metrics/metrics";
import { netOf } from "../nets/presets";
import { drawsItsCode } from "../nets/spec";
import type { RunProgress } from "../runs/checkpoint";
import type { RunResult } from "../runs/results";
import { Batches } from "./batches";
import { CloseUp } from "./close-up";
import { BOUND_SAMPLES, DrawnCodes, type Judged } from "./drawn-codes";
import { EarlyStopping } from "./early-stopping";
import { NonFiniteLossError } from "./errors";
import { evaluate } from "./evaluate";
import { Pace } from "./pace";
import { Previews, showsPictures, stepsToPictures } from "./previews";
import { RunClock } from "./run-clock";
import type { RunOptions } from "./run-options";
import { RunWeights } from "./run-weights";
import { StepsPerCall } from "./steps-per-call";

/**
 * Trains, validates after each epoch, and evaluates on the test split at the end.
 *
 * The best weights by the monitored value are kept with `restoreBest`; otherwise the last epoch's,
 * as in the write-up's baseline. Stopped within an epoch, the run validates what it has
 * and counts that epoch; stopped before its first step, it evaluates the untrained net, and its
 * training loss is that of the first batch.
 *
 * A run that goes on from a checkpoint takes the same steps, to the bit, as one that never ended:
 * on the same device, for the same settings.
 * @throws NonFiniteLossError, RunCancelledError, CheckpointError
 */
export function trainRun(options: RunOptions): Promise<RunResult> {
  return new Run(options).train();
}

type Kept = NonNullable<RunProgress["kept"]>;

class Run {
  readonly #options: RunOptions;
  readonly #batches: Batches;
  readonly #weights: RunWeights;
  readonly #pace: Pace;
  readonly #clock: RunClock;
  readonly #previews: Previews;
  readonly #closeUp: CloseUp;
  readonly #stepsPerCall = new StepsPerCall();
  readonly #scoring = new StepsPerCall();
  #epoch = 0;
  #step = 0;
  /** What the epoch under way has come to; 0 images between epochs. */
  #underway = { images: 0, lossSum: 0, seconds: 0 };
  #pauseShown = false;
  #kept: Kept | null = null;
  /** Steps of the optimiser before the run. */
  #before: number | undefined;
  readonly #stopping: EarlyStopping;
  /** Of a net that draws its code. */
  #drawn: DrawnCodes | null = null;

  constructor(options: RunOptions) {
    const progress = options.checkpoint?.progress;
    this.#options = options;
    this.#batches = new Batches(options);
    this.#weights = new RunWeights(options);
    this.#stopping = new EarlyStopping(options.config, progress?.best);
    this.#clock = new RunClock(options.now, progress?.seconds ?? options.preparation ?? 0);
    this.#previews = new Previews(options);
    this.#closeUp = new CloseUp(options);
    this.#pace = new Pace(
      progress && { images: progress.trainedImages, seconds: progress.trainedSeconds },
    );
  }

  async train(): Promise<RunResult> {
    try {
      return await this.#train();
    } finally {
      this.#drawn?.dispose();
    }
  }

  async #train(): Promise<RunResult> {
    const { config, dataset, trainer, emit, createPredictor } = this.#options;
    this.#clock.start();
    if (createPredictor && drawsItsCode(netOf(config, dataset.shape))) {
      this.#drawn = await DrawnCodes.of(trainer.model, createPredictor);
    }
    const { count, shape, images } = dataset;
    await trainer.setSamples({ count, shape, inputs: images });
    await this.#goOnFromCheckpoint();
    emit({ type: "phase", phase: "training" });
    if (this.#step === 0) await this.#preview();
    while (!this.#isOver && (await this.#mayGoOn())) await this.#trainEpoch();
    await this.#checkpoint();
    emit({ type: "phase", phase: "evaluating" });
    const result = await this.#finish();
    return { ...result, seconds: this.#clock.seconds };
  }

  /** Between two epochs, and none is left to train. */
  get #isOver(): boolean {
    if (this.#underway.images > 0) return false;
    return this.#epoch >= this.#options.config.epochs || this.#stopping.isOver(this.#epoch);
  }

  async #trainEpoch(): Promise<void> {
    const { config, split, emit } = this.#options;
    const underway = this.#underway;
    const begun = this.#clock.time - underway.seconds * 1000;
    const epoch = underway.images === 0 ? this.#epoch + 1 : this.#epoch;
    const order = this.#batches.order(epoch);
    while (underway.images < order.length && (await this.#mayGoOn())) {
      this.#epoch = epoch;
      const batches = this.#nextBatches(order.subarray(underway.images));
      await this.#showSlowly(batches);
      const stepsBegun = this.#clock.time;
      const losses = await this.#takeSteps(batches);
      this.#options.control.countStep();
      await this.#options.yieldToHost();
      const taken = this.#clock.time - stepsBegun;
      if (this.#pace.addStep(batches.length, taken / 1000)) {
        this.#stepsPerCall.took(losses.length, taken / 1000);
        underway.seconds += taken / 1000;
      } else {
        this.#clock.leaveOut(taken);
      }
      for (const [i, loss] of losses.entries()) {
        this.#step += 1;
        this.#checkLoss(loss);
        const size = Math.min(config.batchSize, batches.length - i * config.batchSize);
        underway.lossSum += loss * size;
        underway.images += size;
        const epochsLeft = config.epochs - epoch;
        emit({
          type: "step",
          step: this.#step,
          epoch,
          loss,
          imagesPerSecond: this.#pace.recentRate,
          secondsLeft: this.#pace.secondsLeft(
            order.length - underway.images + epochsLeft * split.train.length,
            // One after each epoch, and the test split's.
            epochsLeft + 2,
          ),
        });
      }
      if (underway.images < order.length) {
        if (epoch === 1 && showsPictures(this.#step)) await this.#preview();
        await this.#closeUp.show(this.#step, (step) => this.#weights.pull(step));
        await this.#weights.checkpointWithin(this.#step, () => this.#progress());
      }
    }
    // None where it was stopped between the gate of the run and the first step of this epoch.
    if (underway.images > 0) await this.#validate(underway.lossSum / underway.images, begun);
  }

  /** What the next call to the trainer takes of the images left: one batch, or several. */
  #nextBatches(left: Uint32Array): Uint32Array {
    const { config, trainer, control } = this.#options;
    const most = trainer.steps && !control.paused ? this.#stepsPerCall.steps : 1;
    const steps = this.#epoch === 1 ? Math.min(most, stepsToPictures(this.#step)) : most;
    return left.subarray(0, steps * config.batchSize);
  }

  /** Of a paused run, takes the step that is next apart where somebody wants that. */
  async #showSlowly(indices: Uint32Array): Promise<void> {
    const { slowStep, control, trainer, now } = this.#options;
    if (!slowStep?.isWanted() || !control.paused) return;
    const begun = now();
    await this.#weights.pull(this.#step);
    const [learningRate = 0] = this.#batches.rates(indices.length, this.#step);
    const state = await trainer.optimizerState();
    await slowStep.take({ step: this.#step + 1, indices, learningRate, state });
    this.#clock.leaveOut(now() - begun);
  }

  /** Trains on those images, a batch a step: the steps' losses. */
  async #takeSteps(images: Uint32Array): Promise<number[]> {
    const { trainer } = this.#options;
    const rates = this.#batches.rates(images.length, this.#step);
    if (!trainer.steps) return [await trainer.step(images, rates[0])];
    return Array.from(await trainer.steps(images, rates));
  }

  async #validate(trainLoss: number, begun: number): Promise<void> {
    const { config, split, emit, checkpointEvery } = this.#options;
    const validationBegun = this.#clock.time;
    const validation = await this.#evaluate(split.validation);
    const { loss, quality } = validation;
    this.#checkLoss(loss);
    const isBest = this.#stopping.isBest(this.#epoch, validation);
    if (isBest || !config.restoreBest) {
      this.#kept = { epoch: this.#epoch, step: this.#step, trainLoss, validationLoss: loss };
    }
    if (isBest && (config.restoreBest || checkpointEvery !== undefined)) {
      await this.#weights.keepBest(this.#step);
    }
    this.#underway = { images: 0, lossSum: 0, seconds: 0 };
    const nats = await this.#judgeDrawn(split.validation, 1);
    const taken = this.#clock.time - validationBegun;
    if (!this.#pace.addEvaluation(taken / 1000)) this.#clock.leaveOut(taken);
    emit({
      type: "epoch",
      epoch: this.#epoch,
      step: this.#step,
      trainLoss,
      validationLoss: loss,
      validation: quality,
      ...(nats && { nats: elboOf(nats) }),
      isBest,
      seconds: (this.#clock.time - begun) / 1000,
    });
    await this.#preview();
    this.#options.control.throwIfCancelled();
    await this.#checkpoint(checkpointEvery);
  }

  async #finish(): Promise<Omit<RunResult, "seconds">> {
    const { config, dataset, split, trainer } = this.#options;
    const kept = this.#kept ?? (await this.#untrained());
    if (kept.epoch !== this.#epoch && (await this.#weights.restoreBest())) {
      await this.#preview(kept);
    } else {
      await this.#weights.pull(this.#step);
    }
    const test = await this.#evaluate(split.test);
    this.#options.emit({ type: "tested", ...test.images });
    const nats = await this.#judgeDrawn(split.test, BOUND_SAMPLES);
    const pca = await this.#options.control.orCancelled(this.#options.pca());
    return {
      preset: config.preset,
      latent: config.latentSize,
      seed: config.seed,
      split: config.split,
      device: trainer.info.name,
      threads: trainer.info.threads,
      data: dataset.spec.source,
      trainImages: split.train.length,
      validationImages: split.validation.length,
      testImages: split.test.length,
      parameters: trainer.model.countParams(),
      epochs: this.#epoch,
      bestEpoch: kept.epoch,
      trainLoss: kept.trainLoss,
      validationLoss: kept.validationLoss,
      test: {
        bce: test.bce,
        bceGap: test.bce - bceFloor(dataset, split.test),
        ...test.quality,
        ...(nats && boundOf(nats)),
      },
      pca,
      ...(split.test.length > 1 && { testChance: chanceOf(test.images.ssimWriteup) }),
      imagesPerSecond: this.#pace.overallRate,
      config,
    };
  }

  async #untrained(): Promise<Kept> {
    const { config, split, trainer } = this.#options;
    return {
      epoch: 0,
      step: 0,
      trainLoss: await trainer.evaluate(this.#batches.order(1).subarray(0, config.batchSize)),
      validationLoss: (await this.#evaluate(split.validation)).loss,
    };
  }

  /** Waits while the run is paused; false once it shall stop. */
  async #mayGoOn(): Promise<boolean> {
    const { control, emit, checkpointEvery } = this.#options;
    control.throwIfCancelled();
    if (control.waiting) {
      const begun = this.#options.now();
      const isFirst = !this.#pauseShown;
      if (isFirst) emit({ type: "phase", phase: "paused" });
      this.#pauseShown = true;
      await this.#preview();
      // Single steps can come faster than anybody stores them.
      await this.#checkpoint(isFirst ? 0 : checkpointEvery);
      while (control.waiting) await control.changed();
      this.#clock.leaveOut(this.#options.now() - begun);
      control.throwIfCancelled();
    }
    if (control.stopped) return false;
    if (this.#pauseShown && !control.paused) {
      this.#pauseShown = false;
      emit({ type: "phase", phase: "training" });
    }
    return true;
  }

  async #goOnFromCheckpoint(): Promise<void> {
    const { checkpoint } = this.#options;
    if (!checkpoint) return;
    await this.#weights.goOnFrom(checkpoint);
    const { epoch, step, images, lossSum, epochSeconds, kept, before } = checkpoint.progress;
    this.#before = before;
    this.#epoch = epoch;
    this.#step = step;
    this.#underway = { images, lossSum, seconds: epochSeconds };
    this.#kept = kept;
  }

  /** Hands on the run as it stands, at the earliest so many milliseconds after the last time. */
  #checkpoint(notWithin = 0): Promise<void> {
    return this.#weights.checkpoint(this.#step, notWithin, () => this.#progress());
  }

  #progress(): RunProgress {
    const { images, lossSum, seconds: epochSeconds } = this.#underway;
    const { images: trainedImages, seconds: trainedSeconds } = this.#pace.total;
    return {
      device: this.#options.trainer.info.name,
      epoch: this.#epoch,
      step: this.#step,
      ...(this.#before === undefined ? {} : { before: this.#before }),
      images,
      lossSum,
      epochSeconds,
      seconds: this.#clock.seconds,
      trainedImages,
      trainedSeconds,
      best: this.#stopping.best,
      kept: this.#kept,
    };
  }

  /** Shows the pictures of now, once; or those of weights that were put back. */
  async #preview(kept?: Kept): Promise<void> {
    if (!kept && this.#options.isLookedInto?.()) await this.#weights.pull(this.#step);
    await this.#previews.show(kept ?? { epoch: this.#epoch, step: this.#step });
  }

  #evaluate(indices: Uint32Array) {
    const { trainer, dataset, now } = this.#options;
    const pause = () => this.#pauseBetween();
    return evaluate(trainer, dataset, indices, pause, { stepsPerCall: this.#scoring, now });
  }

  /** Figures of the weights of now, or that were put back; null where codes are not drawn. */
  async #judgeDrawn(indices: Uint32Array, samples: number): Promise<Judged | null> {
    const { config, dataset } = this.#options;
    if (!this.#drawn) return null;
    await this.#weights.pull(this.#step);
    const { loss, seed } = config;
    const pause = () => this.#pauseBetween();
    return this.#drawn.judge({ images: dataset, indices, loss, seed, samples, pause });
  }

  async #pauseBetween(): Promise<void> {
    await this.#options.yieldToHost();
    this.#options.control.throwIfCancelled();
  }

  #checkLoss(loss: number): void {
    if (Number.isFinite(loss)) return;
    throw new NonFiniteLossError(this.#step, this.#epoch, loss, this.#options.config.learningRate);
  }
}

/** Without the bound: of one sample it is no figure. */
const elboOf = ({ bound: _bound, ...figures }: Judged): LiveElbo => figures;

/** Of each number of the code while a net learns; a result has their sum. */
const boundOf = ({ klOfNumbers: _each, ...figures }: Judged): BoundFigures => figures;

/** Half of the mean's 95% interval. */
function chanceOf(figures: Float32Array): number {
  const { low, high } = meanInterval([...figures]);
  return (high - low) / 2;
}
