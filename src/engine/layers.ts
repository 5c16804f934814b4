/** Reads one tfjs layer into an operation: all of its settings, each as layer-reader.ts demands. */

import { keptForSlope } from "./activations";
import type { Penalty, Placement, Rates, SampleShape } from "./graph";
import { LayerReader, type LayerUse, type ModelParts } from "./layer-reader";
import { activationOf, LAYERS, type Operation } from "./ops";
import { INSTEAD, type LayerProblem } from "./problems";

/** The classes of layers that can be compiled. */
export const COMPILED = Object.keys(LAYERS);

export interface LayerReading {
  /** Each takes what the one before makes; of no use where there are problems. */
  readonly operations: readonly Operation[];
  readonly penalties: readonly Penalty[];
  /** Of its output; null for none. */
  readonly activity: Rates | null;
  readonly problems: readonly LayerProblem[];
}

/**
 * What a layer computes, its regularisation, and why it cannot be compiled.
 *
 * @param shapes of all its inputs
 */
export function readLayer(
  use: LayerUse,
  node: Placement,
  shapes: readonly SampleShape[],
  parts: ModelParts,
): LayerReading {
  const { layer } = use;
  const className = layer.getClassName();
  const read = LAYERS[className];
  if (!read) {
    const why = INSTEAD[className] ?? `compiled layers are ${COMPILED.join(", ")}`;
    return {
      operations: [],
      penalties: [],
      activity: null,
      problems: [{ layer: layer.name, className, why }],
    };
  }
  const reader = new LayerReader(use, parts);
  const own = [read(reader, node, shapes)].flat();
  const last = own.at(-1)!;
  return {
    operations: [...own.slice(0, -1), ...separateActivation(last, reader.endsInSoftmax)],
    penalties: reader.penalties,
    activity: reader.activity,
    problems: reader.finish(),
  };
}

/**
 * An activation that cannot be taken in becomes an operation of its own: one whose gradient takes
 * what it was applied to, which a layer that applies it in place would not keep, and softmax.
 */
function separateActivation(operation: Operation, endsInSoftmax: boolean): Operation[] {
  const { layer, output, result } = operation;
  const next = { layer, inputs: [result], result: result + 1, input: output, output };
  if (endsInSoftmax) return [operation, { ...next, kind: "softmax" }];
  const activation = activationOf(operation);
  const isSeparate = operation.kind === "activation" || !("activation" in operation);
  if (isSeparate || activation === "linear" || keptForSlope(activation) === "output") {
    return [operation];
  }
  return [
    { ...operation, activation: "linear" },
    { ...next, kind: "activation", activation },
  ];
}
