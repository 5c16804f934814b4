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
import { dropout } from "./dropout/webgpu";
import { maxPool, maxPoolGradient } from "./maxPool/webgpu";
import { nestedDropout } from "./nestedDropout/webgpu";
import { rescale } from "./rescale/webgpu";
import { reshape } from "./reshape/webgpu";
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
export function webgpuKindOf({ kind }: GraphNode): WebgpuKind<GraphNode> | undefined {
  const kinds: Readonly<Record<string, WebgpuKind<GraphNode>>> = KINDS;
  return kinds[kind];
}
