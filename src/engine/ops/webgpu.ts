/** How each kind of operation is done on WebGPU. */

import type { GraphNode } from "../graph";
import type { WebgpuKind } from "../webgpu/lower/context";
import type { BackwardOperation } from ".";
import { activation, slope } from "./activation/webgpu";
import { add } from "./add/webgpu";
import { averagePool, averagePoolGradient } from "./averagePool/webgpu";
import { batchNorm, batchNormGradient } from "./batchNorm/webgpu";
import { concat, slice } from "./concat/webgpu";
import { conv, convGradient } from "./conv/webgpu";
import { convTranspose, convTransposeGradient } from "./convTranspose/webgpu";
import { dense, denseGradient } from "./dense/webgpu";
import { depthToSpace, spaceToDepth } from "./depthToSpace/webgpu";
import { channelSums, depthwise, depthwiseGradient, repeatChannels } from "./depthwise/webgpu";
import { dropout } from "./dropout/webgpu";
import { layerNorm, layerNormGradient } from "./layerNorm/webgpu";
import { maxPool, maxPoolGradient } from "./maxPool/webgpu";
import { extremeGradient, merge, multiple } from "./merge/webgpu";
import { nestedDropout } from "./nestedDropout/webgpu";
import { noise } from "./noise/webgpu";
import { crop, pad } from "./pad/webgpu";
import { permute } from "./permute/webgpu";
import { prelu, preluGradient } from "./prelu/webgpu";
import { rescale } from "./rescale/webgpu";
import { reshape } from "./reshape/webgpu";
import { sample, sampleGradient } from "./sample/webgpu";
import { softmax, softmaxGradient } from "./softmax/webgpu";
import { upsample, upsampleGradient } from "./upsample/webgpu";

const KINDS: {
  readonly [Kind in BackwardOperation["kind"]]: WebgpuKind<
    Extract<BackwardOperation, { kind: Kind }>
  >;
} = {
  activation,
  add,
  averagePool,
  averagePoolGradient,
  batchNorm,
  batchNormGradient,
  channelSums,
  concat,
  conv,
  convGradient,
  convTranspose,
  convTransposeGradient,
  crop,
  dense,
  denseGradient,
  depthToSpace,
  depthwise,
  depthwiseGradient,
  dropout,
  extremeGradient,
  layerNorm,
  layerNormGradient,
  maxPool,
  maxPoolGradient,
  merge,
  multiple,
  nestedDropout,
  pad,
  permute,
  repeatChannels,
  noise,
  prelu,
  preluGradient,
  rescale,
  reshape,
  sample,
  sampleGradient,
  slice,
  slope,
  softmax,
  softmaxGradient,
  spaceToDepth,
  upsample,
  upsampleGradient,
};

/** How operations of that kind are done; nothing for what is no layer's. */
export function webgpuKindOf({ kind }: GraphNode): WebgpuKind<GraphNode> | undefined {
  const kinds: Readonly<Record<string, WebgpuKind<GraphNode>>> = KINDS;
  return kinds[kind];
}
