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

/** The mean squared error of what a net makes of images, bytes that stand for 0 to 1. */
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
