/** jax-js on one of its backends: the baseline, jitted, with plain gradient descent. */

import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from "@jax-js/jax";
import { affordableBatch, fastestRound, SLOW, TRIAL } from "../../src/cli/bench/timing";
import { codeOfBaseline } from "../../src/cli/bench/written-nets";
import { FASHION_MNIST, IMAGE_PIXELS, IMAGE_SIDE } from "../../src/datasets/fashion-mnist";
import { createRng } from "../../src/math/rng";
import { netOf } from "../../src/nets/presets";
import type { TrainingRequest } from "./messages";

/** Kernels as [out, in, 3, 3], images as [n, channels, 28, 28]: jax-js's own order. */
type Weights = {
  convIn: np.Array;
  latent: np.Array;
  dense: np.Array;
  conv: np.Array;
  convOut: np.Array;
};

const LEARNING_RATE = 0.01;
const HALF = IMAGE_SIDE / 2;
const FLAT = HALF * HALF * 32;

/** Biases are left out: they are a thousandth of the arithmetic. */
function logits(w: Weights, images: np.Array, isLinear: boolean): np.Array {
  const same = (x: np.Array, kernel: np.Array) => lax.conv(x, kernel, [1, 1], "SAME");
  const encoded = nn.relu(same(images, w.convIn));
  const pooled = encoded.reshape([-1, 32, HALF, 2, HALF, 2]).max([3, 5]);
  const code = np.matmul(pooled.reshape([-1, FLAT]), w.latent);
  const small = nn
    .relu(np.matmul(isLinear ? code : nn.relu(code), w.dense))
    .reshape([-1, 32, HALF, HALF]);
  const large = np.repeat(np.repeat(small, 2, 2), 2, 3);
  return same(nn.relu(same(large, w.conv)), w.convOut);
}

/** Binary cross-entropy of logits. */
function loss(w: Weights, images: np.Array, isLinear: boolean): np.Array {
  const z = logits(w, images.ref, isLinear);
  return nn.softplus(z.ref).sub(z.mul(images)).mean();
}

const stepOfNet = (isLinear: boolean) =>
  jit((w: Weights, images: np.Array) => {
    const lossOfNet = (w: Weights, images: np.Array) => loss(w, images, isLinear);
    const [value, gradient] = valueAndGrad(lossOfNet)({ ...refs(w) }, images) as [
      np.Array,
      Weights,
    ];
    const updated = (name: keyof Weights) => w[name].sub(gradient[name].mul(LEARNING_RATE));
    return [
      value,
      {
        convIn: updated("convIn"),
        latent: updated("latent"),
        dense: updated("dense"),
        conv: updated("conv"),
        convOut: updated("convOut"),
      },
    ] as [np.Array, Weights];
  });

function refs(w: Weights): Weights {
  return {
    convIn: w.convIn.ref,
    latent: w.latent.ref,
    dense: w.dense.ref,
    conv: w.conv.ref,
    convOut: w.convOut.ref,
  };
}

/** @throws Error for nets other than the two baselines */
export async function runJax(backend: "wasm" | "webgpu", request: TrainingRequest) {
  const { config, batch, images, trial } = request;
  const activation = codeOfBaseline(netOf(config, FASHION_MNIST));
  if (activation === null) throw new Error("This net is not written for jax-js.");
  const available = await init(backend);
  if (!available.includes(backend)) throw new Error(`jax-js has no ${backend} backend here.`);
  defaultDevice(backend);
  const { latentSize } = config;
  const step = stepOfNet(activation === "linear");
  const rng = createRng(1, "bench/jax-js");
  const glorot = (shape: number[], fanIn: number, fanOut: number) => {
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    const size = shape.reduce((product, side) => product * side, 1);
    const values = Float32Array.from({ length: size }, () => (2 * rng.float() - 1) * limit);
    return np.array(values).reshape(shape);
  };
  let weights: Weights = {
    convIn: glorot([32, 1, 3, 3], 9, 288),
    latent: glorot([FLAT, latentSize], FLAT, latentSize),
    dense: glorot([latentSize, FLAT], latentSize, FLAT),
    conv: glorot([32, 32, 3, 3], 288, 288),
    convOut: glorot([1, 32, 3, 3], 288, 9),
  };
  const stepOf = async (size: number) => {
    const pixels = Float32Array.from(images.subarray(0, size * IMAGE_PIXELS), (byte) => byte / 255);
    const [value, next] = step(
      weights,
      np.array(pixels).reshape([size, 1, IMAGE_SIDE, IMAGE_SIDE]),
    );
    weights = next;
    const [loss = Number.NaN] = await value.data();
    if (!Number.isFinite(loss)) throw new Error("jax-js's loss is not a finite number.");
    await next.convOut.ref.data();
  };
  const used = await affordableBatch(stepOf, batch, 10);
  await stepOf(used);
  const plan = trial ? TRIAL : SLOW;
  return { batch: used, imagesPerSecond: await fastestRound(() => stepOf(used), used, plan) };
}
