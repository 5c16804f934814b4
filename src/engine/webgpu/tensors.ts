/**
 * Where each tensor of a step lies on the GPU, gradients among them, and how gradients are written.
 *
 * Three rewrites save kernels and memory; what they leave out has no kernel of its own:
 * - a reshape is another name for the same numbers;
 * - a sum of gradients is made by the writer of its second term, which adds to the first;
 * - a slope is taken by whoever writes the gradient last.
 */

import type { TrainingPlan } from "../differentiate";
import { type GraphNode, sizeOf } from "../graph";
import { jointSpan, lifetimeOf, sharePlaces } from "../lifetimes";
import { webgpuKindOf } from "../ops/webgpu";
import { storeOf } from "../plan";
import { type TensorUse, tensorsOf } from "../tensors";
import type { Slope } from "./lower/context";
import type { Sink } from "./sink";
import type { Store, Stores } from "./stores";

/** How a gradient reaches its place. */
interface Delivery {
  /** The tensor in whose place it lies in the end. */
  readonly root: number;
  /** It is added to what is there. */
  readonly adds: boolean;
  /** It is then multiplied by that slope. */
  readonly slope: Slope | null;
}

export class Tensors {
  readonly #operations: readonly GraphNode[];
  readonly #uses: ReadonlyMap<number, TensorUse>;
  readonly #stores = new Map<number, Store>();

  constructor(stores: Stores, training: TrainingPlan, capacity: number) {
    const { plan, targets, unseen, losses, backward } = training;
    this.#operations = [...plan.operations, ...unseen.map(storeOf), ...losses, ...backward];
    const given = [
      ...plan.ends.map(({ shape }, place) => [targets[place]!, shape] as const),
      [0, plan.input] as const,
    ];
    this.#uses = tensorsOf(this.#operations, new Map(given));
    const roots = new Map<number, number>();
    const members = new Map<number, TensorUse[]>();
    for (const [tensor, use] of this.#uses) {
      const root = this.#rootOf(tensor, use, roots);
      roots.set(tensor, root);
      members.set(root, [...(members.get(root) ?? []), use]);
    }
    const lifetimes = Array.from(members.values(), (uses) => ({
      words: capacity * Math.max(...uses.map(({ shape }) => sizeOf(shape))),
      // Samples are there before the first kernel.
      ...jointSpan(uses.map((use) => lifetimeOf(use, (at) => ({ from: at, to: at }), -1))),
    }));
    const shared = new Map<number, Store>();
    const places = sharePlaces(lifetimes);
    for (const [index, root] of [...members.keys()].entries()) {
      const place = places[index]!;
      const { words } = lifetimes[index]!;
      const store = shared.get(place) ?? stores.declare(`tensors ${place}`, words);
      store.words = Math.max(store.words, words);
      shared.set(place, store);
      for (const [tensor, own] of roots) if (own === root) this.#stores.set(tensor, store);
    }
  }

  #rootOf(tensor: number, { writer }: TensorUse, known: ReadonlyMap<number, number>): number {
    const operation = writer === null ? undefined : this.#operations[writer];
    if (!operation) return tensor;
    if (isGradient(operation)) return this.#delivery(tensor).root;
    return webgpuKindOf(operation)?.renames ? known.get(operation.inputs[0]!)! : tensor;
  }

  #delivery(tensor: number): Delivery {
    const own: Delivery = { root: tensor, adds: false, slope: null };
    const [reader, ...others] = this.#uses.get(tensor)?.readers ?? [];
    const operation = reader === undefined ? undefined : this.#operations[reader];
    if (!operation || others.length > 0 || !isGradient(operation)) return own;
    const { renames, isSum, slopeOf } = webgpuKindOf(operation) ?? {};
    const then = this.#delivery(operation.result);
    if (renames) return then;
    if (slopeOf && !then.adds && !then.slope) return { ...then, slope: slopeOf(operation) };
    if (!isSum || then.adds) return own;
    return operation.inputs[0] === tensor ? { ...then, slope: null } : { ...then, adds: true };
  }

  /** Has the operation no kernel, since those that write its inputs do its work? */
  isFolded(operation: GraphNode): boolean {
    if (!isGradient(operation)) return false;
    const { isSum, slopeOf } = webgpuKindOf(operation) ?? {};
    const [input] = operation.inputs;
    // Its own input would be delivered to where its result is.
    return (slopeOf || isSum) !== undefined && this.#delivery(input!).root !== input;
  }

  /** Where a tensor lies, or a gradient that somebody takes. */
  store(tensor: number): Store {
    const store = this.#stores.get(tensor);
    if (!store) throw new Error(`Tensor ${tensor} is not there.`);
    return store;
  }

  /** Where a gradient is written; null if nobody takes it. */
  sink(tensor: number): Sink | null {
    if (this.#uses.get(tensor)?.readers.length === 0) return null;
    const { adds, slope } = this.#delivery(tensor);
    return {
      store: this.store(tensor),
      adds,
      activation: slope?.activation ?? "linear",
      kept: slope && this.store(slope.kept),
    };
  }
}

function isGradient(operation: GraphNode): boolean {
  const { kind, isBackward } = operation;
  return kind === "loss" || kind === "divergence" || isBackward === true;
}
