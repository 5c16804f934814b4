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
import { type DropoutOperation, dropout } from "./dropout";
import type { OperationKind, ReadLayer } from "./kind";
import { type MaxPoolGradient, type MaxPoolOperation, maxPool } from "./maxPool";
import { type NestedDropoutOperation, nestedDropout } from "./nestedDropout";
import { type RescaleOperation, rescale } from "./rescale";
import { type ReshapeOperation, reshape } from "./reshape";
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
  | DenseOperation
  | DepthToSpaceOperation
  | DropoutOperation
  | MaxPoolOperation
  | NestedDropoutOperation
  | RescaleOperation
  | ReshapeOperation
  | UpsampleOperation;

/** What a backward pass is made of. */
export type BackwardOperation =
  | Operation
  | AveragePoolGradient
  | BatchNormGradient
  | ConvGradient
  | ConvTransposeGradient
  | DenseGradient
  | MaxPoolGradient
  | SliceOperation
  | SlopeOperation
  | SpaceToDepthOperation
  | UpsampleGradient;

const KINDS: {
  readonly [Kind in Operation["kind"]]: OperationKind<
    Extract<Operation, { kind: Kind }>,
    BackwardOperation
  >;
} = {
  conv,
  convTranspose,
  dense,
  batchNorm,
  maxPool,
  averagePool,
  upsample,
  depthToSpace,
  rescale,
  activation,
  dropout,
  nestedDropout,
  add,
  concat,
  reshape,
};

/** What the kind of that operation says of it. */
export function kindOf(operation: Operation): OperationKind<Operation, BackwardOperation> {
  return KINDS[operation.kind];
}

/** How layers are read, by tfjs's name of their class. */
export const LAYERS: Readonly<Record<string, ReadLayer<Operation>>> = Object.fromEntries(
  Object.values(KINDS).flatMap(({ layers }) => Object.entries<ReadLayer<Operation>>(layers)),
);

/** Arrays that an operation trains. */
export function trainedBy(operation: Operation): readonly Parameter[] {
  const arrays = kindOf(operation).trains?.(operation) ?? [];
  return arrays.filter((parameter) => parameter !== null);
}

/** The activation that an operation ends in. */
export function activationOf(operation: Operation): Activation {
  return "activation" in operation ? operation.activation : "linear";
}
