/** SGD and RMSprop on every device, held to their formulas in double precision, step by step. */

import * as tf from "@tensorflow/tfjs";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Trainer } from "../../../src/engine/device";
import {
  type OptimizerOptions,
  RMSPROP_DEFAULTS,
  SGD_DEFAULTS,
} from "../../../src/engine/optimizer";
import { writeModelWeights } from "../../../src/engine/weights";
import { chain, gradients, type Net } from "./nets";
import { apart, batchOf, Trainers, train, weightsOf } from "./pair";
import { GpuPairs, sharedGpu } from "./webgpu/gpu";

// A GPU in software needs half a second for each kernel, and more on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const { dense } = tf.layers;
/** 6,300 weights, which are several chunks, and arrays of odd sizes. */
const net: Net = () =>
  chain([45], dense({ units: 70, activation: "sigmoid" }), dense({ units: 45 }));

const OPTIMIZERS: Record<string, OptimizerOptions> = {
  "plain SGD": SGD_DEFAULTS,
  "SGD with momentum": { ...SGD_DEFAULTS, momentum: 0.9 },
  "SGD with Nesterov's momentum, decay and clipping": {
    ...SGD_DEFAULTS,
    momentum: 0.8,
    nesterov: true,
    weightDecay: 0.3,
    clipNorm: 0.05,
  },
  RMSprop: RMSPROP_DEFAULTS,
  "RMSprop with momentum and decay": { ...RMSPROP_DEFAULTS, momentum: 0.7, weightDecay: 0.2 },
  "centred RMSprop": { ...RMSPROP_DEFAULTS, rho: 0.8, centered: true },
  "centred RMSprop with momentum and clipping": {
    ...RMSPROP_DEFAULTS,
    momentum: 0.5,
    centered: true,
    clipNorm: 0.05,
  },
};

const trainers = new Trainers();
let pairs: GpuPairs;
beforeAll(async () => {
  await tf.setBackend("cpu");
  pairs = new GpuPairs(await sharedGpu());
});
afterEach(() => trainers.dispose());
afterAll(() => pairs.dispose());

/** Rates that change from step to step, as schedules have them; gradients are small numbers here. */
const rateOf = ({ kind }: OptimizerOptions, step: number): number =>
  (kind === "sgd" ? 2 : 0.02) / (1 + step);

/** One array's weights after steps of those gradients, as Keras 3 writes its formulas. */
class Formula {
  readonly w: Float64Array;
  readonly #options: OptimizerOptions;
  readonly #isKernel: boolean;
  readonly #m: Float64Array;
  readonly #v: Float64Array;
  readonly #a: Float64Array;

  constructor(w: Float32Array, isKernel: boolean, options: OptimizerOptions) {
    this.w = Float64Array.from(w);
    this.#options = options;
    this.#isKernel = isKernel;
    [this.#m, this.#v, this.#a] = [0, 0, 0].map(() => new Float64Array(w.length)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
  }

  step(gradient: Float64Array, rate: number): void {
    const { w } = this;
    const [m, v, a] = [this.#m, this.#v, this.#a];
    const options = this.#options;
    for (const [i, g] of gradient.entries()) {
      if (this.#isKernel) w[i]! -= w[i]! * options.weightDecay * rate;
      if (options.kind === "sgd") {
        m[i] = options.momentum * m[i]! - g * rate;
        w[i]! += options.nesterov ? options.momentum * m[i]! - g * rate : m[i]!;
      } else if (options.kind === "rmsprop") {
        v[i] = options.rho * v[i]! + (1 - options.rho) * g * g;
        if (options.centered) a[i] = options.rho * a[i]! + (1 - options.rho) * g;
        const increment = (rate * g) / Math.sqrt(v[i]! - a[i]! ** 2 + options.epsilon);
        m[i] = options.momentum * m[i]! + increment;
        w[i]! -= m[i]!;
      }
    }
  }
}

/** The gradient of the device's weights, before clipping, from another trainer. */
async function gradientOf(weights: Float32Array[], batch: Uint32Array): Promise<Float32Array[]> {
  const trainer = await trainers.ours(net);
  writeModelWeights(trainer.model, weights);
  await trainer.pushWeights();
  const found = await gradients(trainer, batch);
  trainer.dispose();
  return found;
}

const START: Record<string, (optimizer: OptimizerOptions) => Promise<Trainer>> = {
  WASM: (optimizer) => trainers.ours(net, { optimizer }, 2),
  tfjs: (optimizer) => trainers.theirs(net, { optimizer }),
  WebGPU: (optimizer) => pairs.gpu(net, { optimizer }),
};

describe.each(Object.entries(OPTIMIZERS))("%s", (_, optimizer) => {
  test.each(Object.keys(START))("follows its formula on %s", async (device) => {
    const trainer = await START[device]!(optimizer);
    const start = await weightsOf(trainer);
    const formulas = start.map(
      (array, index) =>
        new Formula(array, trainer.model.trainableWeights[index]!.shape.length > 1, optimizer),
    );
    for (let step = 0; step < 4; step++) {
      const found = await gradientOf(await weightsOf(trainer), batchOf(step));
      const norm = Math.hypot(...found.map((array) => Math.hypot(...array)));
      const scale = Math.min(1, (optimizer.clipNorm ?? Number.POSITIVE_INFINITY) / norm);
      if (optimizer.clipNorm !== null) expect(scale).toBeLessThan(1);
      for (const [index, array] of found.entries()) {
        const gradient = Float64Array.from(array, (value) => value * scale);
        formulas[index]!.step(gradient, rateOf(optimizer, step));
      }
      await trainer.step(batchOf(step), rateOf(optimizer, step));
    }
    const now = await weightsOf(trainer);
    for (const [index, { w }] of formulas.entries()) {
      const moved = Math.hypot(...w.map((value, i) => value - start[index]![i]!));
      const off = Math.hypot(...w.map((value, i) => value - now[index]![i]!));
      expect(moved).toBeGreaterThan(1e-3);
      expect(off / moved, `array ${index}`).toBeLessThan(2e-5);
    }
  });

  test("gives the same bits on 1 to 7 threads, and after it has been saved", async () => {
    const whole = await trainers.ours(net, { optimizer });
    const losses = await train(whole, 7);
    const weights = await weightsOf(whole);
    for (const threads of [2, 3, 7]) {
      const trainer = await trainers.ours(net, { optimizer }, threads);
      expect(await train(trainer, 7)).toEqual(losses);
      expect(await weightsOf(trainer)).toEqual(weights);
    }
    for (const start of [
      () => trainers.ours(net, { optimizer }),
      () => trainers.theirs(net, { optimizer }),
      () => pairs.gpu(net, { optimizer }),
    ]) {
      const [first, resumed] = [await start(), await start()];
      await train(first, 3);
      writeModelWeights(resumed.model, await weightsOf(first));
      await resumed.pushWeights();
      const state = await first.optimizerState();
      expect(state.a !== undefined).toBe(optimizer.kind === "rmsprop" && optimizer.centered);
      await resumed.setOptimizerState(state);
      expect(await train(resumed, 3)).toEqual(await train(first, 3));
      expect(await resumed.optimizerState()).toEqual(await first.optimizerState());
    }
  });
});

test("devices stay together for 12 steps of batches of three sizes", async () => {
  const optimizer = { ...RMSPROP_DEFAULTS, momentum: 0.5, centered: true };
  const [ours, theirs] = [
    await trainers.ours(net, { optimizer }),
    await trainers.theirs(net, { optimizer }),
  ];
  const losses = await train(theirs, 12, 1e-3);
  expect(apart(await train(ours, 12, 1e-3), losses)).toBeLessThan(1e-4);
  expect(losses.at(-1)).toBeLessThan(losses[0]!);
  const gpu = await pairs.gpu(net, { optimizer });
  expect(apart(await train(gpu, 12, 1e-3), losses)).toBeLessThan(1e-4);
});

test("the state of another optimiser is refused", async () => {
  const centered = await trainers.ours(net, { optimizer: { ...RMSPROP_DEFAULTS, centered: true } });
  const plain = await trainers.ours(net, { optimizer: RMSPROP_DEFAULTS });
  await expect(centered.setOptimizerState(await plain.optimizerState())).rejects.toThrow(
    "lacks the mean of gradients",
  );
  await expect(plain.setOptimizerState(await centered.optimizerState())).rejects.toThrow(
    "it is another optimiser's",
  );
});
