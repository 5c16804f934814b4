import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { compile } from "../../../src/engine/compile";
import { TRAINER_DEFAULTS, type Trainer } from "../../../src/engine/device";
import { crossEntropyFromLogits, REWRITES, type Rewrite } from "../../../src/engine/rewrites";
import { foldedTaps, phasesOf } from "../../../src/engine/taps";
import { batchStep, type ImageStep, imageStep } from "../../../src/engine/wasm/lower/context";
import { joinSteps } from "../../../src/engine/wasm/lower/steps";
import { instruction, rangeJob } from "../../../src/engine/wasm/program";
import { createWasmTrainer } from "../../../src/engine/wasm/trainer";
import { writeModelWeights } from "../../../src/engine/weights";
import { presetModel } from "../preset-models";
import { chain, gradients, type Net, randomise, relativeError, samplesFor } from "./nets";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const { conv2d, maxPooling2d, upSampling2d } = tf.layers;

describe("compile", () => {
  test("fuses the baseline into eight operations", () => {
    const plan = compile(presetModel({ preset: "baseline", latentSize: 128, seed: 1 }));
    const shown = plan.operations.map((operation) =>
      "activation" in operation ? `${operation.kind} ${operation.activation}` : operation.kind,
    );
    expect(shown).toEqual([
      "conv linear",
      "maxPool relu",
      "reshape",
      "dense relu",
      "dense relu",
      "reshape",
      "conv relu",
      "conv sigmoid",
    ]);
    expect(plan.operations[6]).toMatchObject({ upsample: 2, kernelSize: [3, 3] });
    expect(plan.parameters.reduce((sum, { size }) => sum + size, 0)).toBe(1_621_889);
  });

  test("folds an up-sampling only where that is exact", () => {
    const upsamples = (padding: "same" | "valid", kernelSize: number, strides = 1) =>
      compile(
        chain(
          [6, 6, 1],
          upSampling2d({ size: [2, 2] }),
          conv2d({ filters: 1, kernelSize, padding, strides }),
        ),
      ).operations.filter(({ kind }) => kind === "upsample").length;
    expect(upsamples("same", 3)).toBe(0);
    expect(upsamples("same", 5)).toBe(0);
    expect(upsamples("valid", 3)).toBe(1);
    expect(upsamples("same", 2)).toBe(1);
    expect(upsamples("same", 3, 2)).toBe(1);
  });

  test("has an operation for each use of a layer", () => {
    const input = tf.input({ shape: [8, 8, 1] });
    const pool = maxPooling2d({ poolSize: 2, name: "pool" });
    const once = pool.apply(input) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: pool.apply(once) as tf.SymbolicTensor });
    expect(compile(model).operations.map(({ kind, output }) => [kind, output.height])).toEqual([
      ["maxPool", 4],
      ["maxPool", 2],
    ]);
  });

  test("does not fuse what another layer takes too", () => {
    const input = tf.input({ shape: [4, 4, 1] });
    const conv = conv2d({ filters: 2, kernelSize: 1 }).apply(input) as tf.SymbolicTensor;
    const relu = tf.layers.activation({ activation: "relu" }).apply(conv) as tf.SymbolicTensor;
    const sum = tf.layers.add().apply([conv, relu]) as tf.SymbolicTensor;
    const { operations, ends } = compile(tf.model({ inputs: input, outputs: sum }));
    expect(operations.map(({ kind, inputs }) => [kind, inputs])).toEqual([
      ["conv", [0]],
      ["activation", [1]],
      ["add", [1, 2]],
    ]);
    expect(ends.map(({ tensor }) => tensor)).toEqual([3]);
  });
});

/** For each rewrite nets to which it applies, and how far it may take numbers: not at all, or as rounding does. */
const EXAMPLES: Record<keyof typeof REWRITES, { nets: Net[]; tolerance: number }> = {
  activationIntoLayer: {
    tolerance: 0,
    nets: (["relu", "sigmoid", "elu"] as const).map((name) => () => {
      const layer = () => tf.layers.activation({ activation: name });
      const conv = conv2d({ filters: 3, kernelSize: 3, padding: "same" });
      const norm = tf.layers.batchNormalization();
      return chain([6, 5, 2], conv, layer(), norm, layer(), conv2d({ filters: 2, kernelSize: 2 }));
    }),
  },
  reluBehindMaxPool: {
    tolerance: 0,
    nets: [2, 3].map((poolSize) => () => {
      const conv = conv2d({ filters: 5, kernelSize: 3, padding: "same", activation: "relu" });
      return chain(
        [6, 7, 2],
        conv,
        maxPooling2d({ poolSize }),
        conv2d({ filters: 2, kernelSize: 1 }),
      );
    }),
  },
  padIntoConv: {
    tolerance: 1e-6,
    nets: [
      [1, 3, 1],
      [2, 3, 2],
      [4, 2, 1],
    ].flatMap(([padding = 1, kernelSize = 3, strides = 1]) => [
      () => {
        const conv = conv2d({ filters: 2, kernelSize, strides, activation: "relu" });
        const edges = tf.layers.zeroPadding2d({
          padding: [
            [padding, padding],
            [0, padding],
          ],
        });
        return chain([5, 6, 2], conv2d({ filters: 3, kernelSize: 1 }), edges, conv);
      },
      () => {
        const conv = tf.layers.depthwiseConv2d({ kernelSize, strides, padding: "same" });
        const edges = tf.layers.zeroPadding2d({ padding });
        return chain([5, 6, 2], conv2d({ filters: 3, kernelSize: 1 }), edges, conv);
      },
    ]),
  },
  upsampleIntoConv: {
    tolerance: 1e-5,
    nets: [1, 3, 5].map((kernelSize) => () => {
      const first = conv2d({ filters: 3, kernelSize: 1 });
      const conv = conv2d({ filters: 4, kernelSize, padding: "same", activation: "relu" });
      return chain([4, 5, 2], first, upSampling2d({ size: [2, 2] }), conv);
    }),
  },
};

describe.each(Object.entries(EXAMPLES))("%s", (name, { nets, tolerance }) => {
  const BATCH = Uint32Array.of(3, 0, 2, 1);
  const only = REWRITES[name as keyof typeof REWRITES];

  /** A trainer whose plan has been rewritten so. */
  async function start(net: Net, rewrites: readonly Rewrite[]): Promise<Trainer> {
    const model = randomise(net(), 3);
    const plan = compile(model, rewrites);
    const options = { ...TRAINER_DEFAULTS, loss: { meanSquaredError: 1 }, batchSize: 4 };
    const trainer = await createWasmTrainer(model, options, nodeWasmPlatform, 1, "simd", plan);
    await trainer.setSamples(samplesFor(model, 4, 11));
    return trainer;
  }

  test("leaves outputs and gradients as they are", async () => {
    for (const net of nets) {
      const as = compile(net(), []).operations;
      expect(compile(net(), [only]).operations).not.toEqual(as);
      const [ours, theirs] = [await start(net, [only]), await start(net, [])];
      const outputs = relativeError(await ours.predict(BATCH), await theirs.predict(BATCH));
      expect(outputs).toBeLessThanOrEqual(tolerance);
      const expected = await gradients(theirs, BATCH);
      for (const [index, array] of (await gradients(ours, BATCH)).entries()) {
        expect(relativeError(array, expected[index]!)).toBeLessThanOrEqual(tolerance);
      }
      ours.dispose();
      theirs.dispose();
    }
  });
});

describe("crossEntropyFromLogits", () => {
  /** Cross-entropy in double precision, of logits. */
  const lossOf = (z: number, y: number) =>
    Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)));

  test("is the sigmoid's cross-entropy, and its gradient, where that is saturated too", async () => {
    // Logits are twice the inputs, up to ±200: σ(200) is 1 in single precision, and ln(1 − 1) is none.
    const model = chain([5], tf.layers.dense({ units: 5, activation: "sigmoid" }));
    const kernel = Float32Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? 2 : 0));
    writeModelWeights(model, [kernel, new Float32Array(5)]);
    const options = { ...TRAINER_DEFAULTS, batchSize: 1 };
    const trainer = await createWasmTrainer(model, options, nodeWasmPlatform, 1);
    const inputs = Float32Array.of(-100, -1, 0, 0.5, 100);
    const targets = Float32Array.of(1, 0.2, 0.7, 1, 0);
    await trainer.setSamples({ count: 1, inputs, targets });
    const losses = Array.from(inputs, (x, i) => lossOf(2 * x, targets[i]!));
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / 5;
    expect((await trainer.evaluate(Uint32Array.of(0))) / mean).toBeCloseTo(1, 6);
    const [, bias] = await gradients(trainer, Uint32Array.of(0));
    for (const [i, x] of inputs.entries()) {
      expect(bias![i]!).toBeCloseTo((1 / (1 + Math.exp(-2 * x)) - targets[i]!) / 5, 6);
    }
    trainer.dispose();
  });

  test("is refused where no sigmoid is last", () => {
    const plan = compile(chain([4], tf.layers.dense({ units: 4 })));
    expect(() => crossEntropyFromLogits(plan, 1)).toThrow("does not end in a sigmoid");
  });
});

describe("one image at a time", () => {
  const clear = (to: number) => instruction("fillZero", { to, bytes: 4 });
  const job = (count: number) => rangeJob(count, 1, clear(99));

  test("takes each image through all steps up to one that takes the batch", () => {
    const first: ImageStep = { kind: "images", prologue: [clear(1)], instructions: [clear(2)] };
    const steps = [first, imageStep(clear(3)), batchStep([job(1)], [job(2)]), imageStep(clear(4))];
    const [before, one, two, after, ...others] = joinSteps(steps, 20, 2);
    const shared = { byImage: true, count: 20, grain: 2 };
    expect(before).toEqual([
      { ...shared, prologue: [clear(1)], instructions: [clear(2), clear(3)] },
    ]);
    expect([one, two]).toEqual([[job(1)], [job(2)]]);
    expect(after).toEqual([{ ...shared, prologue: [], instructions: [clear(4)] }]);
    expect(others).toEqual([]);
  });
});

describe("taps", () => {
  test("nine taps on a doubled image are four sums a phase", () => {
    expect(foldedTaps(3)).toEqual([
      { offset: -1, taps: [2] },
      { offset: 0, taps: [1, 2] },
      { offset: 1, taps: [0, 1] },
      { offset: 2, taps: [0] },
    ]);
  });

  test("a scatter's phases share out its weights", () => {
    for (const [stride, dilation, offset, weights] of [
      [1, 1, -1, 3],
      [2, 1, -1, 4],
      [2, 1, 0, 5],
      [1, 3, -2, 3],
      [3, 1, -1, 5],
      [3, 1, 0, 2],
      [3, 2, -1, 4],
    ] as const) {
      const one = { stride: 1, dilation: 1, offset: 0, size: 1 };
      const own = { stride, dilation, offset, size: weights };
      const both = (key: keyof typeof own) => [one[key], own[key]] as const;
      const phases = phasesOf(
        {
          stride: both("stride"),
          dilation: both("dilation"),
          offset: both("offset"),
          size: both("size"),
        },
        1,
      );
      expect(phases).toHaveLength(stride);
      const all = phases.flatMap((phase) => phase.weights).sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: weights }, (_, i) => i));
      for (const { phase, first, step, weights: used } of phases) {
        for (const [place, weight] of used.entries()) {
          // Input first + step·place sends that weight to output stride·0 + phase.
          expect(stride * (first + step * place) + offset + dilation * weight).toBe(phase);
        }
      }
    }
  });
});
