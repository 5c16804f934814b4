/** What an operation of the forward pass leaves to its gradient, beside tensors. */

import type { GraphNode } from "./graph";

/** One kind of such values, by the pass and the operation that they belong to. */
export class Residual<Value> {
  readonly #values = new WeakMap<object, Map<number, Value>>();

  /** Remembers the value, and gives it back. */
  keep(context: object, { result }: GraphNode, value: Value): Value {
    const values = this.#values.get(context) ?? new Map<number, Value>();
    this.#values.set(context, values);
    values.set(result, value);
    return value;
  }

  /** What the operation has kept. */
  of(context: object, { kind, layer, result }: GraphNode): Value {
    const value = this.#values.get(context)?.get(result);
    if (value === undefined) throw new Error(`The ${kind} of layer ${layer} has kept nothing.`);
    return value;
  }
}
