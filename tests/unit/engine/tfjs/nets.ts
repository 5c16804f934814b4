import * as tf from "@tensorflow/tfjs";
import { TRAINER_DEFAULTS, type TrainerOptions } from "../../../../src/engine/device";

export const BCE: TrainerOptions = { ...TRAINER_DEFAULTS, batchSize: 8 };

const seeded = (seed: number) => tf.initializers.glorotUniform({ seed });

/** 6 × 6 × 1 → 4 numbers → 6 × 6 × 1, with convolutions on both sides: 317 weights. */
export function tinyAutoencoder(): tf.LayersModel {
  const { conv2d, dense, flatten, maxPooling2d, reshape, upSampling2d } = tf.layers;
  const conv = { kernelSize: 3, padding: "same" } as const;
  const relu = { activation: "relu" } as const;
  return tf.sequential({
    layers: [
      conv2d({ ...conv, ...relu, filters: 3, kernelInitializer: seeded(1), inputShape: [6, 6, 1] }),
      maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ ...relu, units: 4, kernelInitializer: seeded(2) }),
      dense({ ...relu, units: 27, kernelInitializer: seeded(3) }),
      reshape({ targetShape: [3, 3, 3] }),
      upSampling2d({ size: [2, 2] }),
      conv2d({
        ...conv,
        name: "out",
        filters: 1,
        kernelInitializer: seeded(4),
        activation: "sigmoid",
      }),
    ],
  });
}

/** Bytes of a fixed pattern: bars whose place and brightness differ from image to image. */
export function barImages(count: number, side: number): Uint8Array {
  return Uint8Array.from({ length: count * side * side }, (_, i) => {
    const image = Math.floor(i / (side * side));
    const column = i % side;
    return column === image % side
      ? 255
      : column === (image + 2) % side
        ? 40 + (image % 7) * 20
        : 0;
  });
}

export function range(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, i) => from + i);
}

export function weightsOf(model: tf.LayersModel): number[] {
  return model.getWeights().flatMap((weight) => Array.from(weight.dataSync()));
}
