/**
 * Adds the backward pass and the update to a plan, once, for all devices.
 *
 * Operations are gone through from the last to the first; each one's gradient rule says what makes
 * the gradients of its inputs. Where several operations take a tensor, the gradients that they give
 * it are added up in that order: the last of the plan comes first.
 */

import { type LossTerm, termsOf } from "../config/loss";
import { keptForSlope } from "./activations";
import { lossOf, type TrainerOptions } from "./device";
import { type GraphNode, isSameShape, type Parameter, type SampleShape, sizeOf } from "./graph";
import { activationOf, type BackwardOperation, kindOf, type Operation, trainedBy } from "./ops";
import type { Unnumbered } from "./ops/kind";
import type { OptimizerOptions } from "./optimizer";
import type { End, Plan } from "./plan";
import { crossEntropyFromLogits } from "./rewrites";
import { differentiable } from "./tensors";

/**
 * Compares a tensor with the targets, its inputs, or with 0 where it has one input alone. It makes the
 * gradient of the tensor.
 */
export interface LossOperation extends GraphNode {
  readonly kind: "loss";
  /** Each with its weight; those that see logits have an operation of their own, but for the sigmoid's. */
  readonly terms: readonly (readonly [LossTerm, number])[];
  /**
   * An image's loss is a sum over the numbers of its row of outputs, so that each of this tensor's counts
   * so many times: 1 where it is the row.
   */
  readonly share: number;
  /** The end behind whose sigmoid its terms look, or that it looks at; null for other tensors. */
  readonly end: End | null;
}

/**
 * How far normal distributions are from the standard one, in nats: its one input has their means and
 * log-variances. It makes the gradient of that.
 */
export interface DivergenceOperation extends GraphNode {
  readonly kind: "divergence";
  readonly weight: number;
  /** Each image's counts so many times: an image's loss is a sum over the numbers of its row of outputs. */
  readonly share: number;
  /** As a DivergencePenalty's. */
  readonly free: number;
  readonly warmUp: number;
  readonly end: null;
}

/** How weights change once their gradients are there. */
export interface Update {
  readonly optimizer: OptimizerOptions;
  /** Those that weight decay makes smaller: kernels. Null without weight decay. */
  readonly decays: ReadonlySet<Parameter> | null;
}

export interface TrainingPlan {
  /** Ends in logits where the loss takes them. */
  readonly plan: Plan;
  /** What each end is compared with: the input, where that is its own target. */
  readonly targets: readonly number[];
  /** Of the ends, and then of any other tensors; they add up. */
  readonly losses: readonly (LossOperation | DivergenceOperation)[];
  /** Ends at which none of them looks, but at their logits. */
  readonly unseen: readonly End[];
  readonly backward: readonly BackwardOperation[];
  /** For each tensor that has one, its gradient: a tensor, too. */
  readonly gradients: ReadonlyMap<number, number>;
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

  /** Without those whose result nobody takes, nor has asked for, and that train nothing. */
  used(asked: readonly number[]): BackwardOperation[] {
    const taken = new Set([...asked, ...this.operations.flatMap(({ inputs }) => inputs)]);
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
 * @param wanted tensors whose gradients are asked for, though no weights may lead to them
 * @throws RangeError where loss and output do not fit, Error for cross-entropy without a sigmoid
 */
export function differentiate(
  compiled: Plan,
  options: Pick<TrainerOptions, "loss" | "losses" | "optimizer" | "penalties">,
  isAutoencoder: boolean,
  wanted: readonly number[] = [],
): TrainingPlan {
  const { optimizer, penalties = [] } = options;
  const plan = compiled.ends
    .filter(({ layer }) => lossOf(options, layer).binaryCrossentropy !== undefined)
    .reduce((before, { tensor }) => crossEntropyFromLogits(before, tensor), compiled);
  const { operations, input, output, ends } = plan;
  const needed = differentiable(operations, wanted);
  const tape = new GradientTape(1 + Math.max(0, ...operations.map((each) => each.result)));
  const isOwnTarget = isAutoencoder && ends.length === 1 && isSameShape(input, output);
  const targets = ends.map(() => (isOwnTarget ? 0 : tape.tensor()));
  const compare = (
    inputs: readonly number[],
    shape: SampleShape,
    terms: LossOperation["terms"],
    end: End | null,
  ): LossOperation => {
    const node = { layer: "loss", inputs, result: tape.tensor(), input: shape, output: shape };
    return { ...node, kind: "loss", terms, share: sizeOf(output) / sizeOf(shape), end };
  };
  const gradients = new Map<number, number>();
  /** Adds a part to the gradient of a tensor. */
  const contribute = (tensor: number, part: number, layer: string) => {
    if (!needed.has(tensor)) return;
    const total = gradients.get(tensor);
    const sum = total === undefined ? part : tape.add(total, part, layer, shapeOf(plan, tensor));
    gradients.set(tensor, sum);
  };
  const ofLayers = penalties.map((penalty): LossOperation | DivergenceOperation => {
    const { layer, term, weight } = penalty;
    const tensor = plan.outputs.get(layer);
    if (tensor === undefined) throw new Error(`The plan has not kept the output of ${layer}.`);
    const shape = shapeOf(plan, tensor);
    if (term !== "divergence") return compare([tensor], shape, [[term, weight]], null);
    const { free, warmUp } = penalty;
    const node = { layer: "divergence", inputs: [tensor], input: shape, output: shape };
    const share = sizeOf(output);
    return {
      ...node,
      result: tape.tensor(),
      kind: term,
      weight,
      share,
      free,
      warmUp,
      end: null,
    };
  });
  const ofEnds = ends.flatMap((end, place) => {
    const { tensor, shape, layer } = end;
    const target = targets[place]!;
    const terms = termsOf(lossOf(options, layer), shape);
    const ofLogits = terms.filter(([term]) => term === "categoricalCrossentropy");
    const others = terms.filter(([term]) => term !== "categoricalCrossentropy");
    return [
      ...(others.length > 0 ? [compare([tensor, target], shape, others, end)] : []),
      ...(ofLogits.length > 0
        ? [compare([logitsOf(plan, tensor), target], shape, ofLogits, null)]
        : []),
    ];
  });
  const ofActivities = plan.activities.map(({ tensor, l1, l2 }) => {
    const shape = shapeOf(plan, tensor);
    // The terms are means over a sample's numbers, and the rates are of sums.
    const terms = [
      ["meanAbsoluteError", l1 * sizeOf(shape)],
      ["meanSquaredError", l2 * sizeOf(shape)],
    ] satisfies LossOperation["terms"];
    return compare([tensor], shape, terms, null);
  });
  const losses = [...ofEnds, ...ofLayers, ...ofActivities];
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
    optimizer.weightDecay > 0 ? plan.parameters.filter(({ shape }) => shape.length > 1) : null;
  return {
    plan,
    targets,
    losses,
    unseen: ends.filter(({ tensor }) => !losses.some(({ end }) => end?.tensor === tensor)),
    backward: tape.used(wanted.flatMap((tensor) => gradients.get(tensor) ?? [])),
    gradients,
    update: { optimizer, decays: decays && new Set(decays) },
  };
}

/** The tensor whose softmax is that one. */
function logitsOf({ operations }: Plan, tensor: number): number {
  const last = operations.find(({ result }) => result === tensor);
  if (last?.kind !== "softmax") throw new Error("The plan does not end in a softmax.");
  return last.inputs[0]!;
}

function shapeOf({ operations, input }: Plan, tensor: number): SampleShape {
  return operations.find(({ result }) => result === tensor)?.output ?? input;
}
