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
import { dropout } from "./dropout/wasm";
import { maxPool, maxPoolGradient } from "./maxPool/wasm";
import { nestedDropout } from "./nestedDropout/wasm";
import { rescale } from "./rescale/wasm";
import { reshape } from "./reshape/wasm";
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
  concat,
  conv,
  convGradient,
  convTranspose,
  convTransposeGradient,
  dense,
  denseGradient,
  depthToSpace,
  dropout,
  maxPool,
  maxPoolGradient,
  nestedDropout,
  rescale,
  reshape,
  slice,
  slope,
  spaceToDepth,
  upsample,
  upsampleGradient,
};

/** How operations of that kind are done; nothing for what is no layer's. */
export function wasmKindOf({ kind }: GraphNode): WasmKind<GraphNode> | undefined {
  const kinds: Readonly<Record<string, WasmKind<GraphNode>>> = KINDS;
  return kinds[kind];
}
