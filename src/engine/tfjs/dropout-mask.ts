/** Dropout's masks as tensors, drawn where tfjs computes: for `modified` they are 56 MB a step. */

import * as tf from "@tensorflow/tfjs";
import type { WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";
import { dropoutMask, dropoutThreshold, STREAM_DROPOUT } from "../../math/philox";
import { philoxWgsl } from "../philox-wgsl";
import { isWebgpuBackend } from "./backend";

export interface Mask {
  /** 0 to 2³² − 1. */
  readonly seed: number;
  /** The optimiser's, counted from 1. */
  readonly step: number;
  /** The layer's place among the model's dropout layers, from 0. */
  readonly layer: number;
  readonly images: number;
  /** Numbers of one image. */
  readonly size: number;
  /** 0 to below 1. */
  readonly rate: number;
}

/** `dropoutMask`'s factors, to the bit, on tfjs's current backend: [images × size]. */
export function maskTensor(mask: Mask): tf.Tensor {
  const backend = tf.backend();
  if (isWebgpuBackend(backend)) {
    const { words, kept } = settings(mask);
    return tf
      .engine()
      .makeTensorFromTensorInfo(
        backend.runWebGPUProgram(webgpuProgram(mask), [], "float32", [
          ...words.map((word) => ({ type: "uint32", data: [word] })),
          { type: "float32", data: [kept] },
        ]),
      );
  }
  // The first WebGL has no unsigned numbers.
  if (backend instanceof tf.MathBackendWebGL && tf.env().getNumber("WEBGL_VERSION") === 2) {
    const { words, kept } = settings(mask);
    const uniforms = [...words.map((word) => [word | 0]), [kept]];
    return tf
      .engine()
      .makeTensorFromTensorInfo(backend.compileAndRun(webglProgram(mask), [], "float32", uniforms));
  }
  const { seed, step, layer, images, size, rate } = mask;
  return tf.tensor1d(dropoutMask(seed, step, layer, images, size, rate));
}

/** Names of the whole numbers that both shaders take, in the order of `settings`. */
const WORDS = ["seed", "step", "stream", "threshold", "image_size"] as const;

function settings({ seed, step, layer, size, rate }: Mask) {
  const words = [seed, step, STREAM_DROPOUT + layer, dropoutThreshold(rate), size];
  return { words, kept: 1 / (1 - rate) };
}

const GROUP = 64;

/** Each invocation draws a block of four numbers. */
function webgpuProgram({ images, size }: Mask): WebGPUProgram {
  const blocks = images * Math.ceil(size / 4);
  return {
    shaderKey: "latentLoomDropoutMask",
    outputShape: [images * size],
    variableNames: [],
    uniforms: [...WORDS.map((word) => `${word} : u32, `), "kept : f32, "].join(""),
    workgroupSize: [GROUP, 1, 1],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(blocks / GROUP), 1, 1],
    size: true,
    getUserCode: () => `
      ${philoxWgsl("uniforms")}
      fn main(index : i32) {
        let blocks = (uniforms.image_size + 3u) / 4u;
        let image = u32(index) / blocks;
        let first = (u32(index) % blocks) * 4u;
        let words = random(u32(index), uniforms.stream);
        for (var i = 0u; i < min(4u, uniforms.image_size - first); i++) {
          let at = i32(image * uniforms.image_size + first + i);
          if (at < uniforms.size) {
            setOutputAtIndex(at, select(0.0, uniforms.kept, words[i] >= uniforms.threshold));
          }
        }
      }`,
  };
}

type WebglProgram = Parameters<tf.MathBackendWebGL["compileAndRun"]>[0];

/** Each pixel draws a block of four numbers and takes one of them. */
function webglProgram({ images, size }: Mask): WebglProgram {
  return {
    outputShape: [images * size],
    variableNames: [],
    customUniforms: [
      ...WORDS.map((word) => ({ name: `mask_${word}`, type: "int" }) as const),
      { name: "mask_kept", type: "float" },
    ],
    userCode: `
      uint multiplyHigh(uint a, uint b) {
        uint aLow = a & 0xffffu, aHigh = a >> 16u;
        uint bLow = b & 0xffffu, bHigh = b >> 16u;
        uint middle = aHigh * bLow + ((aLow * bLow) >> 16u);
        uint other = aLow * bHigh + (middle & 0xffffu);
        return aHigh * bHigh + (middle >> 16u) + (other >> 16u);
      }
      uvec4 random(uint block) {
        uvec4 c = uvec4(block, uint(mask_step), uint(mask_stream), 0u);
        uvec2 key = uvec2(uint(mask_seed), 0u);
        for (int turn = 0; turn < 10; turn++) {
          uint highA = multiplyHigh(c.x, 0xd2511f53u);
          uint lowA = c.x * 0xd2511f53u;
          uint highC = multiplyHigh(c.z, 0xcd9e8d57u);
          uint lowC = c.z * 0xcd9e8d57u;
          c = uvec4(highC ^ c.y ^ key.x, lowC, highA ^ c.w ^ key.y, lowA);
          key += uvec2(0x9e3779b9u, 0xbb67ae85u);
        }
        return c;
      }
      void main() {
        int index = getOutputCoords();
        int image = index / mask_image_size;
        int place = index - image * mask_image_size;
        int blocks = (mask_image_size + 3) / 4;
        uint word = random(uint(image * blocks + place / 4))[place % 4];
        setOutput(word >= uint(mask_threshold) ? mask_kept : 0.0);
      }`,
  };
}
