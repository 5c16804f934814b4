/** Nets that come with their weights, not from training here. */

import type * as tf from "@tensorflow/tfjs";
import type { WasmPlatform } from "../engine/wasm/platform";
import { createWasmPredictor } from "../engine/wasm/predictor";
import { buildNet } from "../nets/build";
import { setLayerWeights } from "../nets/build/layer-weights";
import type { NetSpec } from "../nets/spec";

export interface WeightedNet {
  readonly net: NetSpec;
  /** By the net's layers, each in tfjs's order. */
  readonly weights: ReadonlyMap<string, readonly Float32Array[]>;
}

/** On tfjs's current backend. @throws RangeError where the weights are another net's */
export function weightedModel({ net, weights }: WeightedNet): tf.LayersModel {
  const model = buildNet(net, 0);
  setLayerWeights(model, weights);
  return model;
}

/**
 * What is trained of arrays such as the weights, as optimisers keep it: one behind the other, in the order of
 * `model.trainableWeights`.
 *
 * @throws RangeError where the arrays are another net's
 */
export async function trainedOf(
  net: NetSpec,
  arrays: WeightedNet["weights"],
): Promise<Float32Array> {
  const model = weightedModel({ net, weights: arrays });
  try {
    const parts = await Promise.all(
      model.trainableWeights.map((weight) => weight.read().data<"float32">()),
    );
    const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  } finally {
    model.dispose();
  }
}

/**
 * The mean squared error of what a net makes of images, over all their numbers.
 *
 * @param pixels of one or more images, bytes that stand for 0 to 1, images one after the other
 * @throws RangeError where the weights are another net's
 */
export async function reconstructionError(
  net: WeightedNet,
  pixels: Uint8Array,
  platform: WasmPlatform,
): Promise<number> {
  const model = weightedModel(net);
  const predictor = await createWasmPredictor(model, platform);
  try {
    const outputs = await predictor.predict(pixels);
    const squares = outputs.reduce((sum, value, i) => sum + (value - pixels[i]! / 255) ** 2, 0);
    return squares / outputs.length;
  } finally {
    predictor.dispose();
    model.dispose();
  }
}
