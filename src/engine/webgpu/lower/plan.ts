/** Turns a plan into kernels: buffers declared once, one list of kernels for each kind of pass. */

import type { TrainingPlan } from "../../differentiate";
import { layOutArrays, runsOf } from "../../flat-arrays";
import { type GraphNode, type Parameter, sizeOf } from "../../graph";
import { kindOf, type Operation } from "../../ops";
import { webgpuKindOf } from "../../ops/webgpu";
import { isCentered } from "../../optimizer";
import { type Kernel, reads } from "../kernel";
import { divergenceKernel, lossKernel, lossScratchWords, softmaxLossKernel } from "../kernels/loss";
import { mapKernel } from "../kernels/map";
import { reduceKernel } from "../kernels/reduce";
import { canScore, SCORE_WORDS, scoreKernel, scoreScratchWords } from "../kernels/score";
import {
  mergeKernel,
  penaltyKernel,
  penaltyWords,
  SQUARE_SUMS,
  squaresKernel,
  updateKernel,
} from "../kernels/update";
import { SLOTS } from "../schedule";
import type { Store, Stores } from "../stores";
import { Tensors } from "../tensors";
import type { Context, LoweredOperation } from "./context";

/** Kernels of each kind of pass, after those that load samples. */
export interface LoweredPlan {
  readonly training: readonly Kernel[];
  readonly inference: readonly Kernel[];
  /** Inference, and how good its outputs are; none where they are no images that SSIM takes. */
  readonly scoring: readonly Kernel[];
  readonly input: Store;
  /** Where each end's targets go that are not the inputs as they lie; null where they are. */
  readonly targets: readonly (Store | null)[];
  /** Outputs of the batch, behind the sigmoid: rows of all ends. */
  readonly outputs: Store;
  /** [slot][image] */
  readonly losses: Store;
  /** [slot][sums], of which `penaltyOf` makes the penalty. */
  readonly penalties: Store;
  /** [slot][image][SCORE_WORDS]; empty where nothing is scored. */
  readonly scores: Store;
  /** Trained weights, then frozen ones, then copies of trained ones. */
  readonly weights: Store;
  readonly trainedWords: number;
  /** Where the statistics lie among the weights once more, for frozen ones; null without such. */
  readonly stillAt: number | null;
  readonly first: Store;
  readonly second: Store;
  /** Null where the optimiser keeps none. */
  readonly means: Store | null;
  readonly statistics: Store;
  /** Word of each parameter in the first three, and of each statistic. */
  readonly offsets: readonly number[];
  readonly statisticOffsets: readonly number[];
  /** Buffers with what they hold from the start. */
  readonly constants: readonly (readonly [Store, Uint32Array<ArrayBuffer>])[];
}

/** Whether an operation has weights that are not trained. */
function isFrozen(operation: Operation): boolean {
  const arrays = kindOf(operation).trains?.(operation) ?? [];
  return arrays.some((parameter) => parameter?.role === "still");
}

export function lowerPlan(stores: Stores, training: TrainingPlan, capacity: number): LoweredPlan {
  const { plan, losses: compared, unseen, update } = training;
  const { output } = plan;
  const row = sizeOf(output);
  const tensors = new Tensors(stores, training, capacity);
  const arrays = layOutArrays(plan.parameters);
  const moving = layOutArrays(plan.statistics);
  const copies = layOutArrays(plan.copies.map(({ copy }) => copy));
  const words = arrays.length;
  // Frozen weights lie among the statistics, too, from where they come and go.
  const stillWords = plan.operations.some((each) => isFrozen(each)) ? moving.length : 0;
  const flat = (label: string, more = 0) => stores.declare(label, words + more);
  const weights = flat("weights", stillWords + copies.length);
  const gradients = flat("gradients", stillWords + copies.length);
  const weightAt = ({ role, index }: Parameter): number => {
    if (role === "trained") return arrays.offsets[index]!;
    return role === "still"
      ? words + moving.offsets[index]!
      : words + stillWords + copies.offsets[index]!;
  };
  const statistics = stores.declare("statistics", moving.length);
  const parts = stores.declare("parts of gradients", 0);
  const scratch = stores.declare("scratch", 0);
  const constants: [Store, Uint32Array<ArrayBuffer>][] = [];
  const context: Context = {
    stores,
    tensors,
    capacity,
    weights,
    gradients,
    statistics,
    weightAt,
    statisticAt: ({ index }) => moving.offsets[index]!,
    parts,
    reserveParts(count) {
      const at = parts.words;
      parts.words += count;
      return at;
    },
    scratch(count) {
      scratch.words = Math.max(scratch.words, count);
      return scratch;
    },
    constants(label, values) {
      const store = stores.declare(label, values.length);
      constants.push([store, new Uint32Array(values)]);
      return store;
    },
  };
  const lower = (operation: GraphNode): LoweredOperation => {
    const kind = webgpuKindOf(operation);
    if (!kind) throw new Error(`There is no ${operation.kind} on this device.`);
    return kind.lower(context, operation);
  };
  const forward = plan.operations.map(lower);
  const backward = training.backward.filter((operation) => !tensors.isFolded(operation)).map(lower);

  const input = tensors.store(0);
  const outputs = stores.declare("outputs", capacity * row);
  const losses = stores.declare("losses", SLOTS * capacity);
  /** Each adds to the images' losses, but for the first. */
  const lossKernels = (isTraining: boolean) =>
    compared.map((loss, place) => {
      const { input: shape, inputs, result, share, end } = loss;
      const [values, target] = inputs;
      const into = isTraining ? tensors.sink(result) : null;
      const rows = end && { store: outputs, row, at: end.at };
      const spec = {
        shape,
        values: tensors.store(values!),
        target: target === undefined ? null : tensors.store(target),
        losses,
        capacity,
        share,
        adds: place > 0,
      };
      if (loss.kind === "divergence") {
        const { weight, free, warmUp } = loss;
        return divergenceKernel({ ...spec, weight, free, warmUp, sink: into, isTraining });
      }
      const { terms } = loss;
      const [first] = terms;
      if (first?.[0] === "categoricalCrossentropy") {
        return softmaxLossKernel({ ...spec, weight: first[1], sink: into });
      }
      return lossKernel({
        ...spec,
        terms,
        scratch: context.scratch(capacity * lossScratchWords(terms, shape)),
        to: into ? { sink: into } : rows && !isTraining ? { outputs: rows } : null,
      });
    });
  /** Of ends that no loss looks at. */
  const stored = unseen.map(({ tensor, shape, at }) =>
    mapKernel({
      name: "outputs",
      bindings: [reads("from_values", tensors.store(tensor))],
      width: 1,
      size: sizeOf(shape),
      value: "value = from_values[i];",
      target: { store: outputs, activation: "linear" },
      place: `image * ${row}u + ${at}u + e`,
    }),
  );
  const isScored = plan.ends.length === 1 && canScore(output);
  const scores = stores.declare("scores", isScored ? SLOTS * capacity * SCORE_WORDS : 0);
  const score = () =>
    scoreKernel({
      shape: output,
      output: outputs,
      target: tensors.store(training.targets[0]!),
      scores,
      capacity,
      scratch: context.scratch(capacity * scoreScratchWords(output)),
    });

  const penalties = stores.declare("penalties", SLOTS * penaltyWords(plan.penalties));
  const penaltyKernels = (into: Store | null) =>
    plan.penalties.map((penalty, place) =>
      penaltyKernel({
        penalty,
        place,
        all: plan.penalties,
        out: penalties,
        gradients: into,
        weights,
        at: context.weightAt(penalty.parameter),
      }),
    );
  const first = flat("first moments");
  const second = flat("second moments");
  const { optimizer, decays } = update;
  const means = isCentered(optimizer) ? flat("means of gradients") : null;
  const squares = optimizer.clipNorm === null ? null : stores.declare("squares", SQUARE_SUMS);
  const decaying = decays ? runsOf(plan.parameters, arrays, decays).filter(({ isIn }) => isIn) : [];
  const segments = backward.flatMap((operation) => operation.segments ?? []);
  const change =
    words === 0
      ? []
      : [
          ...(segments.length > 0 ? [reduceKernel(segments, parts, gradients)] : []),
          ...plan.copies.map(({ copy, of }) =>
            mergeKernel(
              "sum of a copy's gradient",
              gradients,
              weightAt(copy),
              weightAt(of),
              copy.size,
              true,
            ),
          ),
          ...penaltyKernels(gradients),
          ...(squares ? [squaresKernel(gradients, words, squares)] : []),
          updateKernel({
            weights,
            gradients,
            first,
            second,
            means,
            words,
            optimizer,
            decaying,
            squares,
          }),
        ];
  const prepare = [
    ...plan.copies.map(({ copy, of }) =>
      mergeKernel("copy of weights", weights, weightAt(of), weightAt(copy), copy.size, false),
    ),
    ...forward.flatMap((operation) => operation.prepare ?? []),
  ];
  const step = [
    ...prepare,
    ...forward.flatMap(({ run }) => run),
    ...lossKernels(true),
    ...backward.flatMap(({ run }) => run),
    ...change,
  ];
  const inference = [
    ...prepare,
    ...forward.flatMap(({ run, inference: own = run }) => own),
    ...stored,
    ...lossKernels(false),
    ...penaltyKernels(null),
  ];
  return {
    training: step,
    inference,
    scoring: isScored ? [...inference, score()] : [],
    input,
    targets: training.targets.map((target) => (target === 0 ? null : tensors.store(target))),
    outputs,
    losses,
    penalties,
    scores,
    weights,
    trainedWords: words,
    stillAt: stillWords > 0 ? words : null,
    first,
    second,
    means,
    statistics,
    offsets: arrays.offsets,
    statisticOffsets: moving.offsets,
    constants,
  };
}
