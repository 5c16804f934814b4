/** Turns a plan into kernels: buffers declared once, one list of kernels for each kind of pass. */

import type { TrainingPlan } from "../../differentiate";
import { layOutArrays, runsOf } from "../../flat-arrays";
import type { GraphNode } from "../../graph";
import { sizeOf } from "../../graph";
import { webgpuKindOf } from "../../ops/webgpu";
import type { Kernel } from "../kernel";
import {
  adamKernel,
  penaltyKernel,
  penaltyWords,
  SQUARE_SUMS,
  squaresKernel,
} from "../kernels/adam";
import { lossKernel, lossScratchWords } from "../kernels/loss";
import { reduceKernel } from "../kernels/reduce";
import { canScore, SCORE_WORDS, scoreKernel, scoreScratchWords } from "../kernels/score";
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
  /** Where targets go that are not the inputs as they lie; null where they are. */
  readonly targets: Store | null;
  /** Outputs of the batch, behind the sigmoid. */
  readonly outputs: Store;
  /** [slot][image] */
  readonly losses: Store;
  /** [slot][sums], of which `penaltyOf` makes the penalty. */
  readonly penalties: Store;
  /** [slot][image][SCORE_WORDS]; empty where nothing is scored. */
  readonly scores: Store;
  readonly weights: Store;
  readonly first: Store;
  readonly second: Store;
  readonly statistics: Store;
  /** Word of each parameter in the first three, and of each statistic. */
  readonly offsets: readonly number[];
  readonly statisticOffsets: readonly number[];
  /** Buffers with what they hold from the start. */
  readonly constants: readonly (readonly [Store, Uint32Array<ArrayBuffer>])[];
}

export function lowerPlan(stores: Stores, training: TrainingPlan, capacity: number): LoweredPlan {
  const {
    plan,
    losses: [loss, ...others],
    update,
  } = training;
  const { output } = plan;
  const tensors = new Tensors(stores, training, capacity);
  const arrays = layOutArrays(plan.parameters);
  const moving = layOutArrays(plan.statistics);
  const words = arrays.length;
  const flat = (label: string) => stores.declare(label, words);
  const weights = flat("weights");
  const gradients = flat("gradients");
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
    weightAt: ({ index }) => arrays.offsets[index]!,
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
  const target = tensors.store(training.targets);
  const outputs = stores.declare("outputs", capacity * sizeOf(output));
  const losses = stores.declare("losses", SLOTS * capacity);
  const lossSpec = {
    terms: loss.terms,
    shape: output,
    losses,
    capacity,
    output: tensors.store(plan.result),
    target,
    scratch: context.scratch(capacity * lossScratchWords(loss.terms, output)),
    share: null,
  };
  const sink = tensors.sink(loss.result);
  /** Losses of other tensors, which add to the images'. */
  const activities = (isTraining: boolean) =>
    others.map((each) => {
      const into = isTraining ? tensors.sink(each.result) : null;
      return lossKernel({
        ...lossSpec,
        terms: each.terms,
        shape: each.input,
        output: tensors.store(each.inputs[0]!),
        target: null,
        to: into ? { sink: into } : null,
        share: sizeOf(output) / sizeOf(each.input),
      });
    });
  const isScored = canScore(output);
  const scores = stores.declare("scores", isScored ? SLOTS * capacity * SCORE_WORDS : 0);
  const score = () =>
    scoreKernel({
      shape: output,
      output: outputs,
      target,
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
  const { adam, decays } = update;
  const squares = adam.clipNorm === null ? null : stores.declare("squares", SQUARE_SUMS);
  const decaying = decays ? runsOf(plan.parameters, arrays, decays).filter(({ isIn }) => isIn) : [];
  const segments = backward.flatMap((operation) => operation.segments ?? []);
  const change =
    words === 0
      ? []
      : [
          ...(segments.length > 0 ? [reduceKernel(segments, parts, gradients)] : []),
          ...penaltyKernels(gradients),
          ...(squares ? [squaresKernel(gradients, words, squares)] : []),
          adamKernel({ weights, gradients, first, second, words, adam, decaying, squares }),
        ];
  const prepare = forward.flatMap((operation) => operation.prepare ?? []);
  const step = [
    ...prepare,
    ...forward.flatMap(({ run }) => run),
    lossKernel({ ...lossSpec, to: sink ? { sink } : { outputs } }),
    ...activities(true),
    ...backward.flatMap(({ run }) => run),
    ...change,
  ];
  const inference = [
    ...prepare,
    ...forward.flatMap(({ run, inference: own = run }) => own),
    lossKernel({ ...lossSpec, to: { outputs } }),
    ...activities(false),
    ...penaltyKernels(null),
  ];
  return {
    training: step,
    inference,
    scoring: isScored ? [...inference, score()] : [],
    input,
    targets: training.targets === 0 ? null : target,
    outputs,
    losses,
    penalties,
    scores,
    weights,
    first,
    second,
    statistics,
    offsets: arrays.offsets,
    statisticOffsets: moving.offsets,
    constants,
  };
}
