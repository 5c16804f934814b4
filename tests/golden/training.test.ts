/**
 * The first steps of every preset by its own recipe, on real images, as `training.json` has them.
 *
 * Plain SIMD rounds alike on every processor: its losses and weights are the same to the bit, on any
 * number of threads. Relaxed SIMD rounds a product before it is added, or does not, as the processor
 * likes; all that do not (with FMA) agree, and the others compute as plain SIMD.
 *
 * A change of rounding grows from step to step (after 30, plain and relaxed losses of the modified
 * net are 4 parts in 10,000 apart), so that one that is meant, such as another order of a sum, needs
 * the file anew, and the commit that brings it says why the first steps' losses moved, and how far:
 *
 *     LATENT_LOOM_GOLDEN=write npx vitest run --project unit tests/golden/training
 */

import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, test } from "vitest";
import { readDataset } from "../../src/cli/data";
import { nodeWasmPlatform } from "../../src/cli/wasm-platform";
import { configFor } from "../../src/config/recipes";
import { splitDataset } from "../../src/datasets/split";
import { createWasmAlgebra } from "../../src/engine/wasm/linear-algebra";
import type { KernelVariant } from "../../src/engine/wasm/platform";
import { createWasmTrainer } from "../../src/engine/wasm/trainer";
import { fitPca, type Pca } from "../../src/math/pca";
import { PRESETS, type PresetName } from "../../src/nets/presets";
import { Batches } from "../../src/training/batches";
import { trainerOptions } from "../../src/training/trainer";
import { flatWeights } from "../../src/training/weights";
import { startedPreset } from "../unit/preset-models";

const FILE = new URL("./training.json", import.meta.url);
const STEPS = 30;
/** A hash is kept of these steps' weights, too. */
const HALFWAY = 10;
/** Relaxed SIMD takes so many: a change of rounding is in each of them. */
const RELAXED_STEPS = 10;
/** Two threads take so many: the last one's loss is of the weights that three made. */
const FEW_STEPS = 4;
const SEED = 1;

interface Course {
  /** Of each step's batch, before its update. */
  readonly losses: readonly number[];
  /** By step: SHA-256 of all weights after it, statistics included, as little-endian float32. */
  readonly weights: Readonly<Record<number, string>>;
}

interface Golden {
  readonly simd: Course;
  /** Of a processor with FMA. */
  readonly relaxed: Pick<Course, "losses">;
}

const { dataset } = await readDataset([0, 1]);
const split = splitDataset(dataset, "stratified", SEED);
let pca: Pca;

async function train(
  preset: PresetName,
  variant: KernelVariant,
  threads: number,
  steps: number,
): Promise<Course> {
  const config = configFor(preset, { seed: SEED });
  const model = await startedPreset(config, async () => pca);
  const options = trainerOptions(config, model);
  const trainer = await createWasmTrainer(model, options, nodeWasmPlatform, threads, variant);
  await trainer.setSamples({ count: dataset.count, inputs: dataset.images });
  const batches = new Batches({ config, split });
  const images = batches.order(1).subarray(0, steps * config.batchSize);
  const losses: number[] = [];
  const weights: Record<number, string> = {};
  for (const [step, rate] of batches.rates(images.length, 0).entries()) {
    const from = step * config.batchSize;
    losses.push(await trainer.step(images.subarray(from, from + config.batchSize), rate));
    if (losses.length !== HALFWAY && losses.length !== STEPS) continue;
    await trainer.pullWeights();
    const hash = createHash("sha256").update(await flatWeights(model));
    weights[losses.length] = hash.digest("hex");
  }
  expect(trainer.info.threads).toBe(threads);
  trainer.dispose();
  model.dispose();
  return { losses, weights };
}

/** Largest relative difference of a course of a loss from another, which may be longer. */
function apart(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((loss, step) => Math.abs(loss / b[step]! - 1)));
}

/** Synthetic garments (where no source has the real ones) train otherwise. */
describe.runIf(dataset.spec.source === "fashion-mnist")("30 steps on T-shirts and trousers", () => {
  beforeAll(async () => {
    await tf.setBackend("cpu");
    pca = fitPca(dataset, split.train, await createWasmAlgebra(nodeWasmPlatform));
  });

  if (process.env.LATENT_LOOM_GOLDEN === "write") {
    test("are written down", async () => {
      const golden: Record<string, Golden> = {};
      for (const preset of PRESETS) {
        const simd = await train(preset, "simd", 1, STEPS);
        const { losses } = await train(preset, "relaxed", 1, STEPS);
        golden[preset] = { simd, relaxed: { losses } };
      }
      await writeFile(FILE, `${JSON.stringify(golden, null, 2)}\n`);
    });
    return;
  }

  describe.each(PRESETS)("%s", (preset) => {
    let golden: Golden;
    beforeAll(async () => {
      golden = JSON.parse(await readFile(FILE, "utf8"))[preset];
    });

    test("has the same bits on one thread", async () => {
      expect(await train(preset, "simd", 1, STEPS)).toEqual(golden.simd);
    });

    test("has the same bits on two threads", async () => {
      const { losses } = await train(preset, "simd", 2, FEW_STEPS);
      expect(losses).toEqual(golden.simd.losses.slice(0, FEW_STEPS));
    });

    test("has the same losses with relaxed SIMD", async () => {
      const { losses } = await train(preset, "relaxed", 1, RELAXED_STEPS);
      const courses = [golden.relaxed, golden.simd].map((course) => apart(losses, course.losses));
      expect(Math.min(...courses)).toBeLessThan(1e-6);
    });
  });
});
