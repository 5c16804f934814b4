/** All kinds of operations: another one is a folder here, and its lines in this table. */

import type { Activation, Parameter } from "../graph";
import { type ActivationOperation, activation, type SlopeOperation } from "./activation";
import { type AddOperation, add } from "./add";
import { type AveragePoolGradient, type AveragePoolOperation, averagePool } from "./averagePool";
import { type BatchNormGradient, type BatchNormOperation, batchNorm } from "./batchNorm";
import { type ConcatOperation, concat, type SliceOperation } from "./concat";
import { type ConvGradient, type ConvOperation, conv } from "./conv";
import {
  type ConvTransposeGradient,
  type ConvTransposeOperation,
  convTranspose,
} from "./convTranspose";
import { type DenseGradient, type DenseOperation, dense } from "./dense";
import {
  type DepthToSpaceOperation,
  depthToSpace,
  type SpaceToDepthOperation,
} from "./depthToSpace";
import {
  type ChannelSumsOperation,
  type DepthwiseGradient,
  type DepthwiseOperation,
  depthwise,
  type RepeatChannelsOperation,
  repeatChannels,
} from "./depthwise";
import { type DropoutOperation, dropout } from "./dropout";
import type { OperationKind, ReadLayer } from "./kind";
import { type LayerNormGradient, type LayerNormOperation, layerNorm } from "./layerNorm";
import { type MaxPoolGradient, type MaxPoolOperation, maxPool } from "./maxPool";
import { type ExtremeGradient, type MergeOperation, type MultipleOperation, merge } from "./merge";
import { type NestedDropoutOperation, nestedDropout } from "./nestedDropout";
import { type NoiseOperation, noise } from "./noise";
import { type CropOperation, crop, type PadOperation, pad } from "./pad";
import { type PermuteOperation, permute } from "./permute";
import { type PreluGradient, type PreluOperation, prelu } from "./prelu";
import { type RescaleOperation, rescale } from "./rescale";
import { type ReshapeOperation, reshape } from "./reshape";
import { type SampleGradient, type SampleOperation, sample } from "./sample";
import { type SoftmaxGradient, type SoftmaxOperation, softmax } from "./softmax";
import { type UpsampleGradient, type UpsampleOperation, upsample } from "./upsample";

/** What a layer computes. */
export type Operation =
  | ActivationOperation
  | AddOperation
  | AveragePoolOperation
  | BatchNormOperation
  | ConcatOperation
  | ConvOperation
  | ConvTransposeOperation
  | CropOperation
  | DenseOperation
  | DepthToSpaceOperation
  | DepthwiseOperation
  | DropoutOperation
  | LayerNormOperation
  | MaxPoolOperation
  | MergeOperation
  | NestedDropoutOperation
  | PadOperation
  | PermuteOperation
  | RepeatChannelsOperation
  | NoiseOperation
  | PreluOperation
  | RescaleOperation
  | ReshapeOperation
  | SampleOperation
  | SoftmaxOperation
  | UpsampleOperation;

/** What a backward pass is made of. */
export type BackwardOperation =
  | Operation
  | AveragePoolGradient
  | BatchNormGradient
  | ChannelSumsOperation
  | ConvGradient
  | ConvTransposeGradient
  | DenseGradient
  | DepthwiseGradient
  | ExtremeGradient
  | LayerNormGradient
  | MaxPoolGradient
  | MultipleOperation
  | PreluGradient
  | SampleGradient
  | SliceOperation
  | SlopeOperation
  | SoftmaxGradient
  | SpaceToDepthOperation
  | UpsampleGradient;

const KINDS: {
  readonly [Kind in Operation["kind"]]: OperationKind<
    Extract<Operation, { kind: Kind }>,
    BackwardOperation,
    Operation
  >;
} = {
  conv,
  convTranspose,
  depthwise,
  repeatChannels,
  dense,
  batchNorm,
  layerNorm,
  maxPool,
  averagePool,
  pad,
  crop,
  permute,
  upsample,
  depthToSpace,
  rescale,
  activation,
  prelu,
  dropout,
  nestedDropout,
  noise,
  sample,
  add,
  merge,
  concat,
  reshape,
  softmax,
};

/** What the kind of that operation says of it. */
export function kindOf(
  operation: Operation,
): OperationKind<Operation, BackwardOperation, Operation> {
  return KINDS[operation.kind];
}

/** How layers are read, by tfjs's name of their class. */
export const LAYERS: Readonly<Record<string, ReadLayer<Operation>>> = Object.fromEntries(
  Object.values(KINDS).flatMap(({ layers }) => Object.entries<ReadLayer<Operation>>(layers)),
);

/** Arrays that an operation trains. */
export function trainedBy(operation: Operation): readonly Parameter[] {
  const arrays = kindOf(operation).trains?.(operation) ?? [];
  return arrays.filter((parameter) => parameter !== null).filter(({ role }) => role !== "still");
}

/** The activation that an operation ends in. */
export function activationOf(operation: Operation): Activation {
  return "activation" in operation ? operation.activation : "linear";
}
