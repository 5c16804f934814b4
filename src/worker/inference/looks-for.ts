/** What the numbers of a code look for: their gradients by the pixels of an image, as the engine has them. */

import type { LayersModel } from "@tensorflow/tfjs";
import { asInference } from "../../engine/as-inference";
import { compile } from "../../engine/compile";
import { TRAINER_DEFAULTS } from "../../engine/device";
import { SGD_DEFAULTS } from "../../engine/optimizer";
import type { WasmPlatform } from "../../engine/wasm/platform";
import { createWasmTracer, type WasmTracer } from "../../engine/wasm/tracer";

/** A tracer of one image at a time, which drops and draws nothing. */
export function createCodeTracer(
  encoder: LayersModel,
  platform: WasmPlatform,
): Promise<WasmTracer> {
  const options = {
    ...TRAINER_DEFAULTS,
    loss: { meanSquaredError: 1 },
    optimizer: SGD_DEFAULTS,
    batchSize: 1,
  };
  return createWasmTracer(encoder, options, platform, asInference(compile(encoder, [])));
}

/**
 * The gradient of one number of an image's code by the image's own numbers, from 0 to 1.
 *
 * The loss is the mean of (code − target)² over its n numbers, with the gradient 2 (code − target) / n:
 * a target that lies n / 2 below the code in that number alone makes it 1 there and 0 elsewhere.
 * @param pixels of the image
 * @param number from 0 on
 */
export async function looksFor(
  tracer: WasmTracer,
  pixels: Uint8Array,
  number: number,
): Promise<Float32Array<ArrayBuffer>> {
  const inputs = Float32Array.from(pixels, (value) => value / 255);
  const image = Uint32Array.of(0);
  const size = tracer.model.outputs[0]!.shape.slice(1).reduce<number>((n, axis) => n * axis!, 1);
  await tracer.setSamples({ count: 1, inputs, targets: new Float32Array(size) });
  const targets = await tracer.predict(image);
  targets[number] = targets[number]! - size / 2;
  await tracer.setSamples({ count: 1, inputs, targets });
  // A step leaves other weights behind, and these are the net's again before the next.
  await tracer.step(image);
  const { gradient } = tracer.trace(null, 1);
  await tracer.pushWeights();
  return gradient ?? new Float32Array(pixels.length);
}
