import * as tf from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { DeviceLostError } from "../../../src/engine/errors";
import { activateBackend, type TfjsBackend } from "../../../src/engine/tfjs/backend";
import { createTfjsTrainer } from "../../../src/engine/tfjs/trainer";
import { drawn, MASKS } from "../../unit/engine/tfjs/masks";
import { BCE, barImages, range, tinyAutoencoder, weightsOf } from "../../unit/engine/tfjs/nets";

const SAMPLES = { count: 20, inputs: barImages(20, 6) };

/** Losses and final weights of a few steps, the last batch partial, from the same start. */
async function trained(backend: TfjsBackend) {
  await tf.setBackend("cpu");
  const model = tinyAutoencoder();
  const trainer = await createTfjsTrainer(model, BCE, backend);
  await trainer.setSamples(SAMPLES);
  const losses: number[] = [];
  for (const [from, to] of [
    [0, 8],
    [8, 16],
    [16, 20],
    [0, 8],
  ] as const) {
    losses.push(await trainer.step(range(from, to), 0.01));
  }
  losses.push(await trainer.evaluate(range(0, 20)));
  await trainer.pullWeights();
  const outputs = await trainer.predict(range(0, 3));
  trainer.dispose();
  await tf.setBackend("cpu");
  const weights = weightsOf(model);
  model.dispose();
  return { losses, weights, outputs };
}

describe("the tfjs device on WebGL", () => {
  // Chromium without a graphics card draws in software: slow, but the same shaders.
  afterAll(() => tf.setBackend("cpu"));

  it("trains as the CPU backend does", async () => {
    const [cpu, webgl] = [await trained("cpu"), await trained("webgl")];
    for (const [i, loss] of webgl.losses.entries()) {
      expect(Math.abs(loss - cpu.losses[i]!)).toBeLessThan(1e-4 * cpu.losses[i]!);
    }
    for (const [i, weight] of webgl.weights.entries()) {
      expect(Math.abs(weight - cpu.weights[i]!)).toBeLessThan(1e-3);
    }
    for (const [i, output] of webgl.outputs.entries()) {
      expect(output).toBeCloseTo(cpu.outputs[i]!, 3);
    }
  });

  it("keeps no tensor and no data behind", async () => {
    const before = tf.memory();
    await trained("webgl");
    const after = tf.memory();
    expect(after.numTensors).toBe(before.numTensors);
    expect(after.numDataBuffers).toBe(before.numDataBuffers);
  });

  it("draws dropout's masks on its GPU, the same as every device's", async () => {
    await activateBackend("webgl");
    const before = tf.memory().numTensors;
    for (const mask of MASKS) {
      const { found, right } = await drawn(mask);
      expect(found).toEqual(right);
    }
    expect(tf.memory().numTensors).toBe(before);
    await tf.setBackend("cpu");
  });

  it("throws once the context is lost, and starts afresh with another", async () => {
    await tf.setBackend("cpu");
    const model = tinyAutoencoder();
    const trainer = await createTfjsTrainer(model, BCE, "webgl");
    expect(trainer.info.label).toMatch(/^tfjs WebGL \(.+\)$/);
    await trainer.setSamples(SAMPLES);
    await trainer.step(range(0, 8));
    const backend = tf.backend();
    if (!(backend instanceof tf.MathBackendWebGL)) throw new Error("WebGL is not the backend.");
    backend.gpgpu.gl.getExtension("WEBGL_lose_context")!.loseContext();
    await expect(trainer.step(range(8, 16))).rejects.toThrow(DeviceLostError);
    await expect(trainer.pullWeights()).rejects.toThrow(DeviceLostError);
    trainer.dispose();
    const next = await createTfjsTrainer(model, BCE, "webgl");
    await next.setSamples(SAMPLES);
    expect(await next.step(range(0, 8))).toBeGreaterThan(0);
    next.dispose();
    await tf.setBackend("cpu");
    model.dispose();
  });
});
