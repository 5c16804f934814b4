/**
 * Adds the backward pass and the update to a plan, once, for all devices.
 *
 * Operations are gone through from the last to the first; each one's gradient rule says what makes
 * the gradients of its inputs. Where several operations take a tensor, the gradients that they give
 * it are added up in that order: the last of the plan comes first.
 */

import { type LossTerm, termsOf } from "../config/loss";
import type { AdamOptions, TrainerOptions } from "./device";
import { type GraphNode, isSameShape, type Parameter, type SampleShape } from "./graph";
import { activationOf, type BackwardOperation, kindOf, type Operation, trainedBy } from "./ops";
import { keptForSlope } from "./ops/activation";
import type { Unnumbered } from "./ops/kind";
import type { Plan } from "./plan";
import { crossEntropyFromLogits } from "./rewrites";
import { differentiable } from "./tensors";

/**
 * Compares a tensor with the targets, its inputs, or with 0 where it has one input alone. It makes the
 * gradient of the tensor.
 */
export interface LossOperation extends GraphNode {
  readonly kind: "loss";
  /** Each with its weight. */
  readonly terms: readonly (readonly [LossTerm, number])[];
}

/** How weights change once their gradients are there. */
export interface Update {
  readonly adam: AdamOptions;
  /** Those that weight decay makes smaller: kernels. Null without weight decay. */
  readonly decays: ReadonlySet<Parameter> | null;
}

export interface TrainingPlan {
  /** Ends in logits where the loss takes them. */
  readonly plan: Plan;
  /** The tensor that outputs are compared with: the input, where that is its own target. */
  readonly targets: number;
  /** Of the output, and then of any other tensors; they add up. */
  readonly losses: readonly [LossOperation, ...LossOperation[]];
  readonly backward: readonly BackwardOperation[];
  readonly update: Update;
}

/** Writes down a backward pass. */
class GradientTape {
  readonly operations: BackwardOperation[] = [];
  #next: number;

  constructor(next: number) {
    this.#next = next;
  }

  tensor(): number {
    return this.#next++;
  }

  push(operation: Unnumbered<BackwardOperation>): number {
    const result = this.tensor();
    this.operations.push({ ...operation, result });
    return result;
  }

  #pointwise(layer: string, inputs: readonly number[], shape: SampleShape) {
    return { layer, inputs, input: shape, output: shape, isBackward: true } as const;
  }

  copy(tensor: number, layer: string, shape: SampleShape): number {
    const node = this.#pointwise(layer, [tensor], shape);
    return this.push({ ...node, kind: "activation", activation: "linear" });
  }

  add(total: number, part: number, layer: string, shape: SampleShape): number {
    const node = this.#pointwise(layer, [total, part], shape);
    return this.push({ ...node, kind: "add", activation: "linear" });
  }

  /** Without those whose result nobody takes and that train nothing. */
  used(): BackwardOperation[] {
    const taken = new Set(this.operations.flatMap(({ inputs }) => inputs));
    return this.operations.filter(
      (operation) =>
        taken.has(operation.result) || ("of" in operation && trainedBy(operation.of).length > 0),
    );
  }

  /** The gradient before an operation's activation. */
  slope(operation: Operation, dy: number): number {
    const activation = activationOf(operation);
    if (activation === "linear") return dy;
    const kept = keptForSlope(activation) === "input" ? operation.inputs[0]! : operation.result;
    const node = this.#pointwise(operation.layer, [dy, kept], operation.output);
    return this.push({ ...node, kind: "slope", activation });
  }
}

/**
 * The training plan of a plan.
 *
 * @param isAutoencoder whether samples come without targets, which are the inputs then
 * @throws RangeError where loss and output do not fit, Error for cross-entropy without a sigmoid
 */
export function differentiate(
  compiled: Plan,
  { loss, adam, penalties = [] }: Pick<TrainerOptions, "loss" | "adam" | "penalties">,
  isAutoencoder: boolean,
): TrainingPlan {
  const hasLogits = loss.binaryCrossentropy !== undefined;
  const plan = hasLogits ? crossEntropyFromLogits(compiled) : compiled;
  const { operations, input, output, result } = plan;
  const needed = differentiable(operations);
  const tape = new GradientTape(1 + Math.max(0, ...operations.map((each) => each.result)));
  const targets = isAutoencoder && isSameShape(input, output) ? 0 : tape.tensor();
  const lossOf = (
    inputs: readonly number[],
    shape: SampleShape,
    terms: LossOperation["terms"],
  ): LossOperation => {
    const result = tape.tensor();
    return { kind: "loss", layer: "loss", inputs, result, input: shape, output: shape, terms };
  };
  const gradients = new Map<number, number>();
  /** Adds a part to the gradient of a tensor. */
  const contribute = (tensor: number, part: number, layer: string) => {
    if (!needed.has(tensor)) return;
    const total = gradients.get(tensor);
    const sum = total === undefined ? part : tape.add(total, part, layer, shapeOf(plan, tensor));
    gradients.set(tensor, sum);
  };
  const ofLayers = penalties.map(({ layer, term, weight }) => {
    const tensor = plan.outputs.get(layer);
    if (tensor === undefined) throw new Error(`The plan has not kept the output of ${layer}.`);
    return lossOf([tensor], shapeOf(plan, tensor), [[term, weight]]);
  });
  const losses = [lossOf([result, targets], output, termsOf(loss, output)), ...ofLayers] as const;
  for (const each of losses) contribute(each.inputs[0]!, each.result, each.layer);
  for (const operation of operations.toReversed()) {
    const gradient = gradients.get(operation.result);
    if (gradient === undefined || !needed.has(operation.result)) continue;
    const before = tape.slope(operation, gradient);
    const parts = kindOf(operation).gradient(operation, before, tape);
    for (const [slot, tensor] of operation.inputs.entries()) {
      const part = parts[slot];
      if (part !== undefined) contribute(tensor, part, operation.layer);
    }
  }
  const decays =
    adam.weightDecay > 0 ? plan.parameters.filter(({ shape }) => shape.length > 1) : null;
  return {
    plan,
    targets,
    losses,
    backward: tape.used(),
    update: { adam, decays: decays && new Set(decays) },
  };
}

function shapeOf({ operations, input }: Plan, tensor: number): SampleShape {
  return operations.find(({ result }) => result === tensor)?.output ?? input;
}
