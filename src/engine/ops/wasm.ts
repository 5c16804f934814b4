/** How each kind of operation is done on the WASM device. */

import type { GraphNode } from "../graph";
import type { WasmKind } from "../wasm/lower/context";
import type { BackwardOperation } from ".";
import { activation, slope } from "./activation/wasm";
import { add } from "./add/wasm";
import { averagePool, averagePoolGradient } from "./averagePool/wasm";
import { batchNorm, batchNormGradient } from "./batchNorm/wasm";
import { concat, slice } from "./concat/wasm";
import { conv, convGradient } from "./conv/wasm";
import { convTranspose, convTransposeGradient } from "./convTranspose/wasm";
import { dense, denseGradient } from "./dense/wasm";
import { depthToSpace, spaceToDepth } from "./depthToSpace/wasm";
import { channelSums, depthwise, depthwiseGradient, repeatChannels } from "./depthwise/wasm";
import { dropout } from "./dropout/wasm";
import { layerNorm, layerNormGradient } from "./layerNorm/wasm";
import { maxPool, maxPoolGradient } from "./maxPool/wasm";
import { extremeGradient, merge, multiple } from "./merge/wasm";
import { nestedDropout } from "./nestedDropout/wasm";
import { noise } from "./noise/wasm";
import { crop, pad } from "./pad/wasm";
import { permute } from "./permute/wasm";
import { prelu, preluGradient } from "./prelu/wasm";
import { rescale } from "./rescale/wasm";
import { reshape } from "./reshape/wasm";
import { sample, sampleGradient } from "./sample/wasm";
import { softmax, softmaxGradient } from "./softmax/wasm";
import { upsample, upsampleGradient } from "./upsample/wasm";

const KINDS: {
  readonly [Kind in BackwardOperation["kind"]]: WasmKind<
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
export function wasmKindOf({ kind }: GraphNode): WasmKind<GraphNode> | undefined {
  const kinds: Readonly<Record<string, WasmKind<GraphNode>>> = KINDS;
  return kinds[kind];
}
