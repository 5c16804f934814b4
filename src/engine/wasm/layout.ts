/** Where each tensor of a plan lives: what halo it needs, and whether it outlives one image. */

import type { SampleShape } from "../graph";
import { type Operation, trainedBy } from "../ops";
import type { Plan } from "../plan";
import type { Arena } from "./arena";
import { allocateBuffer, type Buffer, hasHalo, NO_HALO, reshapeBuffer, widerHalo } from "./buffers";
import { gradientHalo, inputHalo } from "./halo";
import { gradientSource } from "./lower/activation";
import type { Surroundings } from "./lower/context";
import { stretchesOf } from "./stretches";

export interface Layout {
  /** Tensors around each operation, in the plan's order. */
  readonly surroundings: readonly Surroundings[];
  readonly input: Buffer;
  readonly output: Buffer;
  /** Null for a plan without weights, and without training. */
  readonly outputGradient: Buffer | null;
}

/** Does an operation's backward pass look at its output? */
function readsOutput(operation: Operation): boolean {
  return "activation" in operation && gradientSource(operation.activation) === "output";
}

/** Does an operation's backward pass look at its input? */
function readsInput(operation: Operation): boolean {
  if (operation.kind === "activation") return gradientSource(operation.activation) === "input";
  return "kernel" in operation || operation.kind === "batchNorm";
}

/** One tensor: who makes and takes it, by place in the plan, and when it is in use. */
interface Tensor {
  readonly shape: SampleShape;
  /** Null for the model's input. */
  readonly producer: number | null;
  /** A place occurs twice for an operation that takes the tensor twice. */
  readonly consumers: number[];
  /** Does anything that leads to it have weights? */
  hasGradient: boolean;
}

function tensorsOf(plan: Plan): Map<number, Tensor> {
  const make = (shape: SampleShape, producer: number | null): Tensor => {
    return { shape, producer, consumers: [], hasGradient: false };
  };
  const tensors = new Map([[0, make(plan.input, null)]]);
  for (const [place, operation] of plan.operations.entries()) {
    const tensor = make(operation.output, place);
    tensor.hasGradient = trainedBy(operation).length > 0;
    for (const input of operation.inputs) {
      const taken = find(tensors, input);
      taken.consumers.push(place);
      if (taken.hasGradient) tensor.hasGradient = true;
    }
    tensors.set(operation.result, tensor);
  }
  return tensors;
}

function find<Value>(values: ReadonlyMap<number, Value>, tensor: number): Value {
  const value = values.get(tensor);
  if (value === undefined) throw new Error(`tensor ${tensor} is not there`);
  return value;
}

/** Allocates every tensor of the plan; without training there are no gradients. */
export function layOut(
  arena: Arena,
  plan: Plan,
  capacity: number,
  threads: number,
  keepInput: boolean,
  isTraining = true,
): Layout {
  const { operations, result } = plan;
  const { forward, backward, loss } = stretchesOf(operations);
  const tensors = tensorsOf(plan);
  const isDense = (place: number) => operations[place].kind === "dense";

  const valueUses = ({ producer, consumers }: Tensor, number: number): number[] => [
    ...(producer === null ? [] : [forward[producer].last]),
    ...(isTraining && producer !== null && readsOutput(operations[producer])
      ? [backward[producer].first, backward[producer].last]
      : []),
    ...consumers.flatMap((place) => [forward[place].first, forward[place].last]),
    ...consumers
      .filter((place) => isTraining && readsInput(operations[place]))
      .flatMap((place) => [backward[place].first, backward[place].last]),
    ...(number === result || (number === 0 && keepInput) ? [loss] : []),
  ];
  const gradientUses = ({ producer, consumers }: Tensor, number: number): number[] => [
    ...(producer === null ? [] : [backward[producer].first, backward[producer].last]),
    ...consumers.map((place) => backward[place].last),
    ...(number === result ? [loss] : []),
  ];

  /** Allocates a buffer for tensors that share it. */
  const make = (group: readonly number[], uses: typeof valueUses, halo = NO_HALO): Buffer => {
    const members = group.map((number) => ({ number, tensor: find(tensors, number) }));
    const all = members.flatMap(({ number, tensor }) => uses(tensor, number));
    const touchesDense = members.some(
      ({ tensor: { producer, consumers } }) =>
        (producer !== null && isDense(producer)) || consumers.some(isDense),
    );
    // Does anything but one stretch of one-image work use it? Then every image keeps its own.
    const everyImage = touchesDense || all.some((use) => use !== all[0]);
    const copies = everyImage ? capacity : threads;
    return allocateBuffer(arena, members[0].tensor.shape, halo, everyImage, copies);
  };

  const valueHalo = (number: number) =>
    find(tensors, number)
      .consumers.map((place) => inputHalo(operations[place]))
      .reduce(widerHalo, NO_HALO);
  const outputHalo = (number: number) => {
    const { producer } = find(tensors, number);
    return producer === null ? NO_HALO : gradientHalo(operations[producer]);
  };

  /** Buffers by tensor, shared along reshapes wherever `mayShare` and neither side has a halo. */
  const allocate = (
    numbers: readonly number[],
    uses: typeof valueUses,
    haloOf: (number: number) => typeof NO_HALO,
    mayShare: (from: Tensor) => boolean,
  ): Map<number, Buffer> => {
    const sharer = (number: number): number => {
      const { producer } = find(tensors, number);
      const operation = producer === null ? null : operations[producer];
      if (operation?.kind !== "reshape") return number;
      const [from] = operation.inputs;
      const shares =
        numbers.includes(from) &&
        mayShare(find(tensors, from)) &&
        !hasHalo(haloOf(from)) &&
        !hasHalo(haloOf(number));
      return shares ? sharer(from) : number;
    };
    const groups = new Map<number, number[]>();
    for (const number of numbers) {
      const first = sharer(number);
      groups.set(first, [...(groups.get(first) ?? []), number]);
    }
    const buffers = new Map<number, Buffer>();
    for (const [first, group] of groups) {
      const buffer = make(group, uses, haloOf(first));
      for (const number of group) {
        const { shape } = find(tensors, number);
        buffers.set(number, number === first ? buffer : reshapeBuffer(buffer, shape));
      }
    }
    return buffers;
  };

  const numbers = [...tensors.keys()];
  const differentiated = numbers.filter(
    (number) => isTraining && find(tensors, number).hasGradient,
  );
  const values = allocate(numbers, valueUses, valueHalo, () => true);
  const gradients = allocate(
    differentiated,
    gradientUses,
    outputHalo,
    (tensor) => tensor.consumers.length === 1,
  );

  /**
   * Where an operation writes the gradient of its input number `slot`. Of several that take a
   * tensor, the last in the plan comes first in the backward pass and writes the gradient itself;
   * what the others write is added to it.
   */
  const gradientFor = (place: number, slot: number) => {
    const number = operations[place].inputs[slot];
    const total = gradients.get(number);
    if (!total) return { buffer: null, total: null };
    const { consumers, shape } = find(tensors, number);
    const isLast =
      place === consumers.at(-1) && slot === operations[place].inputs.lastIndexOf(number);
    if (isLast && number !== result) return { buffer: total, total: null };
    const everyImage = isDense(place);
    const copies = everyImage ? capacity : threads;
    return { buffer: allocateBuffer(arena, shape, NO_HALO, everyImage, copies), total };
  };

  const surroundings = operations.map((operation, place): Surroundings => {
    const inputs = operation.inputs.map((number) => find(values, number));
    const slots = inputs.map((_, slot) => gradientFor(place, slot));
    return {
      inputs,
      input: inputs[0],
      output: find(values, operation.result),
      inputGradients: slots.map(({ buffer }) => buffer),
      inputGradient: slots[0].buffer,
      outputGradient: gradients.get(operation.result) ?? null,
      sums: slots.flatMap(({ buffer, total }) =>
        buffer && total ? [{ part: buffer, total }] : [],
      ),
    };
  });
  return {
    surroundings,
    input: find(values, 0),
    output: find(values, result),
    outputGradient: gradients.get(result) ?? null,
  };
}
