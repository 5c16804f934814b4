/**
 * Where each tensor of a pass lives: what halo it needs, whether it outlives one image, and which
 * tensors share a buffer.
 *
 * Two rewrites save copies: a slope, or a sum of gradients, takes the place of its first input; and
 * a reshape is another name for the same numbers, where neither shape has a halo.
 */

import type { GraphNode, SampleShape } from "../graph";
import { jointSpan, lifetimeOf, type Span, sharePlaces } from "../lifetimes";
import { wasmKindOf } from "../ops/wasm";
import { type TensorUse, tensorsOf } from "../tensors";
import type { Allocator } from "./arena";
import {
  type Buffer,
  bufferStride,
  type Halo,
  hasHalo,
  NO_HALO,
  placeBuffer,
  reshapeBuffer,
  widerHalo,
} from "./buffers";

/**
 * Numbers the stretches of one-image work in which operations take part.
 *
 * One that takes the whole batch ends a stretch and is one of its own. One that looks at every image
 * before it changes the first works at the end of one stretch and at the beginning of the next.
 */
function stretchesOf(operations: readonly GraphNode[]): Span[] {
  let stretch = 0;
  return operations.map((operation) => {
    const from = stretch;
    const { meets } = wasmKindOf(operation) ?? {};
    if (meets) stretch += 2;
    return meets === "batch" ? { from: from + 1, to: from + 1 } : { from, to: stretch };
  });
}

/**
 * Likewise, of a pass in which those of the second kind do not look: outside training, images pass
 * through them one after the other.
 */
function longStretchesOf(operations: readonly GraphNode[]): Span[] {
  let stretch = 0;
  return operations.map((operation) => {
    if (wasmKindOf(operation)?.meets !== "batch") return { from: stretch, to: stretch };
    stretch += 2;
    return { from: stretch - 1, to: stretch - 1 };
  });
}

/** Tensors that lie in one buffer. */
interface Group {
  readonly tensors: number[];
  readonly uses: TensorUse[];
  /** Operations that change it where it lies. */
  readonly changes: number[];
  halo: Halo;
}

function readsOf({ uses }: Group): number[] {
  return uses.flatMap(({ readers }) => readers);
}

/** Does an operation change `changed` before another takes what it was from `taken`? */
function spoils(changed: Group, taken: Group, from: number): boolean {
  return changed.changes.some(
    (change) => change > from && readsOf(taken).some((read) => read > change),
  );
}

/** Groups of tensors that can lie in one buffer. */
function groupsOf(
  operations: readonly GraphNode[],
  uses: ReadonlyMap<number, TensorUse>,
): Set<Group> {
  const groups = new Map<number, Group>();
  for (const [tensor, use] of uses) {
    const halos = use.readers.flatMap((place) => {
      const operation = operations[place]!;
      return operation.inputs.map((input, slot) =>
        input === tensor ? (wasmKindOf(operation)?.halo?.(operation, slot) ?? NO_HALO) : NO_HALO,
      );
    });
    const halo = halos.reduce(widerHalo, NO_HALO);
    groups.set(tensor, { tensors: [tensor], uses: [use], changes: [], halo });
  }
  const join = (into: Group, other: Group) => {
    into.tensors.push(...other.tensors);
    into.uses.push(...other.uses);
    into.changes.push(...other.changes);
    into.halo = widerHalo(into.halo, other.halo);
    for (const tensor of other.tensors) groups.set(tensor, into);
  };
  const each = (
    joins: (operation: GraphNode, from: Group, to: Group, place: number) => boolean,
  ) => {
    for (const [place, operation] of operations.entries()) {
      const from = groups.get(operation.inputs[0]!);
      const to = groups.get(operation.result);
      if (from && to && from !== to && joins(operation, from, to, place)) join(from, to);
    }
  };
  each((operation, from, _, place) => {
    const isWanted = wasmKindOf(operation)?.isInPlace?.(operation) ?? false;
    const isFree = readsOf(from).every((read) => read <= place);
    if (isWanted && isFree) from.changes.push(place);
    return isWanted && isFree;
  });
  each((operation, from, to, place) => {
    const isWanted = wasmKindOf(operation)?.renames ?? false;
    const hasRoom = !hasHalo(from.halo) && !hasHalo(to.halo);
    return isWanted && hasRoom && !spoils(from, to, place) && !spoils(to, from, place);
  });
  return new Set(groups.values());
}

/**
 * Allocates the tensors of a pass that somebody takes.
 *
 * @param given what none of the operations makes, and the operation before which it is brought
 */
export function layOut(
  arena: Allocator,
  operations: readonly GraphNode[],
  given: readonly { tensor: number; shape: SampleShape; before: number }[],
  capacity: number,
  threads: number,
): ReadonlyMap<number, Buffer> {
  const stretches = stretchesOf(operations);
  const longStretches = longStretchesOf(operations);
  const shapes = given.map(({ tensor, shape }) => [tensor, shape] as const);
  const uses = tensorsOf(operations, new Map(shapes));
  const brought = new Map(given.map(({ tensor, before }) => [tensor, before]));
  const takesBatch = (place: number) => wasmKindOf(operations[place]!)?.meets === "batch";

  const buffers = new Map<number, Buffer>();
  const add = ({ tensors, halo }: Group, start: number, stride: number, byImage: boolean) => {
    const [first, ...others] = tensors;
    const { shape } = uses.get(first!)!;
    const buffer = placeBuffer(start, stride, shape, halo, byImage);
    buffers.set(first!, buffer);
    for (const tensor of others) {
      buffers.set(tensor, hasHalo(halo) ? buffer : reshapeBuffer(buffer, uses.get(tensor)!.shape));
    }
  };
  const spanOf = (group: Group, moments: readonly Span[]) =>
    jointSpan(
      group.uses.map((use, index) => {
        const before = brought.get(group.tensors[index]!) ?? 0;
        return lifetimeOf(use, (place) => moments[place]!, moments[before]?.from ?? 0);
      }),
    );
  /** Groups of which every image keeps its own, and which can share memory with others. */
  const shared: (Span & { group: Group; stride: number; words: number })[] = [];
  for (const group of groupsOf(operations, uses)) {
    if (group.uses.every(({ readers }) => readers.length === 0)) continue;
    const span = spanOf(group, stretches);
    const touched = group.uses.flatMap(({ writer, readers }) =>
      writer === null ? readers : [writer, ...readers],
    );
    // Does anything but one stretch of one-image work use it? Then every image keeps its own.
    const byImage = touched.some(takesBatch) || span.from !== span.to;
    const stride = bufferStride(uses.get(group.tensors[0]!)!.shape, group.halo);
    if (byImage && !hasHalo(group.halo)) {
      // Not within a stretch: one image may be ahead of another there.
      const words = stride * capacity;
      shared.push({ group, stride, words, ...spanOf(group, longStretches) });
    } else {
      // Nobody may write where a halo's zeros are.
      add(group, arena.allocate(stride * (byImage ? capacity : threads)), stride, byImage);
    }
  }
  const places = sharePlaces(shared);
  const sizes: number[] = [];
  for (const [index, place] of places.entries()) {
    sizes[place] = Math.max(sizes[place] ?? 0, shared[index]!.words);
  }
  const starts = sizes.map((bytes) => arena.allocate(bytes));
  for (const [index, { group, stride }] of shared.entries()) {
    add(group, starts[places[index]!]!, stride, true);
  }
  return buffers;
}
