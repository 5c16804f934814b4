import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { asInference } from "../../../src/engine/as-inference";
import { compile } from "../../../src/engine/compile";
import { TRAINER_DEFAULTS } from "../../../src/engine/device";
import { createWasmTracer } from "../../../src/engine/wasm/tracer";
import { createWasmTrainer } from "../../../src/engine/wasm/trainer";
import { buildNet } from "../../../src/nets/build";
import { encoderOf } from "../../../src/nets/build/halves";
import { parseNet } from "../../../src/nets/text";
import { createCodeTracer, looksFor } from "../../../src/worker/inference/looks-for";
import { pattern } from "../image-sets";

beforeAll(async () => {
  await tf.setBackend("cpu");
});

const IMAGE = { height: 6, width: 8, channels: 2 };
const SIZE = 96;
const COUNT = 5;
const TEXT =
  "conv 3 3 elu > norm > dropout 0.3 > pool 2 > conv 4 3 swish as a > conv 4 3 > add a > latent 5 tanh > dense 96 relu > shape 6x8x2 > conv 2 3 sigmoid";
const images = pattern(IMAGE, COUNT);
const build = (text = TEXT) => buildNet(parseNet(text, IMAGE), 4);
const all = Uint32Array.from({ length: COUNT }, (_, i) => i);

describe("a traced step", () => {
  it("is the step that a trainer takes, from the same weights to the same", async () => {
    const options = { ...TRAINER_DEFAULTS, batchSize: COUNT, seed: 9 };
    const [model, other] = [build(), build()];
    const tracer = await createWasmTracer(model, options, nodeWasmPlatform);
    const trainer = await createWasmTrainer(other, options, nodeWasmPlatform, 2);
    for (const each of [tracer, trainer]) await each.setSamples({ count: COUNT, inputs: images });
    const losses = [await tracer.step(all, 0.01), await trainer.step(all, 0.01)];
    expect(losses[0]).toBeCloseTo(losses[1]!, 6);
    // Adam's first moment after one step is a tenth of the gradient.
    const { m } = await trainer.optimizerState();
    let at = 0;
    for (const index of model.trainableWeights.keys()) {
      const { gradient } = tracer.array(index);
      const length = Math.hypot(...gradient);
      const off = gradient.map((value, i) => value - 10 * m[at + i]!);
      expect(Math.hypot(...off)).toBeLessThan(1e-4 * length + 1e-7);
      at += gradient.length;
    }
    expect(at).toBe(m.length);
    tracer.dispose();
    trainer.dispose();
  });

  it("has of every layer what it made of each image, and the gradient of the loss by that", async () => {
    // Without what is drawn at random and what looks at the batch, so that tfjs can say it, too.
    const text = TEXT.replace(" > norm > dropout 0.3", "");
    const model = build(text);
    const options = {
      ...TRAINER_DEFAULTS,
      loss: { meanSquaredError: 1 },
      batchSize: COUNT,
    };
    const tracer = await createWasmTracer(model, options, nodeWasmPlatform);
    await tracer.setSamples({ count: COUNT, inputs: images });
    const inputs = tf.tensor(
      Array.from(images, (byte) => byte / 255),
      [COUNT, 6, 8, 2],
    );
    const before = tracer.model.layers.map(({ name }) => name).filter((name) => name !== "image");
    await tracer.step(all, 0);
    for (const name of before) {
      const { output, gradient } = tracer.trace(name, COUNT);
      const upTo = tf.model({ inputs: model.inputs, outputs: model.getLayer(name).output });
      const expected = (upTo.predict(inputs) as tf.Tensor).dataSync<"float32">();
      const apart = expected.map((value, i) => Math.abs(value - output[i]!));
      expect(Math.max(...apart), name).toBeLessThan(1e-5);
      expect(gradient, name).not.toBeNull();
      expect(gradient!.length).toBe(output.length);
    }
    // By the images themselves, as tfjs differentiates the whole net; those of the target left out.
    const target = inputs.clone();
    const slope = tf.grad((x: tf.Tensor) =>
      tf.losses.meanSquaredError(target, model.predict(x) as tf.Tensor),
    )(inputs);
    const expected = slope.dataSync<"float32">();
    const { gradient } = tracer.trace(null, COUNT);
    const most = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const apart = expected.map((value, i) => Math.abs(value - gradient![i]!));
    expect(most).toBeGreaterThan(1e-5);
    expect(Math.max(...apart)).toBeLessThan(1e-4 * most);
    tracer.dispose();
  });
});

describe("what a number of the code looks for", () => {
  it("is its slope by each pixel, as tfjs has it, with nothing dropped", async () => {
    const model = build();
    const weights = model
      .getWeights()
      .map((weight, i) =>
        weight.add(tf.randomUniform(weight.shape, -0.05, 0.05, "float32", i + 1)),
      );
    model.setWeights(weights);
    const encoder = encoderOf(model);
    const tracer = await createCodeTracer(encoder, nodeWasmPlatform);
    for (const [image, number] of [
      [0, 3],
      [2, 0],
      [0, 3],
    ] as const) {
      const pixels = images.slice(image * SIZE, (image + 1) * SIZE);
      const gradient = await looksFor(tracer, pixels, number);
      const expected = tf.tidy(() => {
        const plain = tf.tensor(
          Array.from(pixels, (byte) => byte / 255),
          [1, 6, 8, 2],
        );
        const one = (x: tf.Tensor) =>
          (encoder.predict(x) as tf.Tensor2D).slice([0, number], [1, 1]);
        return tf.grad(one)(plain).dataSync<"float32">();
      });
      const most = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      const apart = expected.map((value, i) => Math.abs(value - gradient[i]!));
      expect(most).toBeGreaterThan(1e-3);
      expect(Math.max(...apart)).toBeLessThan(1e-4 * most);
    }
    tracer.dispose();
  });

  it("is not asked of a plan that draws its numbers", () => {
    const model = build("latent 4 sample > dense 96 > shape 6x8x2");
    expect(() => asInference(compile(model))).toThrow(/latent draws from a distribution/);
  });
});
