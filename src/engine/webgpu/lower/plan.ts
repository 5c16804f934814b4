/** Turns a plan into kernels: buffers declared once, one list of kernels for each kind of pass. */

import { termsOf } from "../../../config/loss";
import type { TrainerOptions } from "../../device";
import { withoutFinalSigmoid } from "../../logits";
import { type Parameter, type Plan, sizeOf } from "../../plan";
import type { Kernel } from "../kernel";
import {
  adamKernel,
  penaltyKernel,
  penaltyWords,
  type Run,
  SQUARE_SUMS,
  squaresKernel,
} from "../kernels/adam";
import { lossKernel, lossScratchWords } from "../kernels/loss";
import { reduceKernel } from "../kernels/reduce";
import { canScore, SCORE_WORDS, scoreKernel, scoreScratchWords } from "../kernels/score";
import { SLOTS } from "../schedule";
import type { Store, Stores } from "../stores";
import { Tensors } from "../tensors";
import type { Context } from "./context";
import { lowerOperation } from "./operation";

/** Arrays begin at multiples of so many words. */
const ALIGNMENT = 16;

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

function place(arrays: readonly Parameter[]): { offsets: number[]; words: number } {
  const offsets: number[] = [];
  let words = 0;
  for (const { size } of arrays) {
    offsets.push(words);
    words += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
  }
  return { offsets, words };
}

/** Stretches of kernels' weights, which decay; other weights do not. */
function decayingRuns({ parameters }: Plan, offsets: readonly number[], words: number): Run[] {
  const runs: { from: number; to: number }[] = [];
  for (const [index, { shape }] of parameters.entries()) {
    if (shape.length < 2) continue;
    const [from, to] = [offsets[index]!, offsets[index + 1] ?? words];
    const last = runs.at(-1);
    if (last?.to === from) last.to = to;
    else runs.push({ from, to });
  }
  return runs;
}

/**
 * @param sharesTargets whether the targets are the inputs
 * @throws RangeError where loss and output do not fit, Error for cross-entropy without a sigmoid
 */
export function lowerPlan(
  stores: Stores,
  compiled: Plan,
  { loss, adam, batchSize: capacity }: TrainerOptions,
  sharesTargets: boolean,
): LoweredPlan {
  const hasLogits = loss.binaryCrossentropy !== undefined;
  const plan = hasLogits ? withoutFinalSigmoid(compiled) : compiled;
  const tensors = new Tensors(stores, plan, capacity);
  const { offsets, words } = place(plan.parameters);
  const statistics = place(plan.statistics);
  const flat = (label: string) => stores.declare(label, words);
  const scratch = stores.declare("scratch", 0);
  const constants: [Store, Uint32Array<ArrayBuffer>][] = [];
  const context: Context = {
    ...{ stores, tensors, capacity },
    weights: flat("weights"),
    gradients: flat("gradients"),
    statistics: stores.declare("statistics", statistics.words),
    weightAt: ({ index }) => offsets[index]!,
    statisticAt: ({ index }) => statistics.offsets[index]!,
    parts: stores.declare("parts of gradients", 0),
    reserveParts(count) {
      const at = context.parts.words;
      context.parts.words += count;
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
  const operations = plan.operations.map((operation) => lowerOperation(context, operation));
  const { output } = plan;
  const terms = termsOf(loss, output);
  const targets = sharesTargets ? null : stores.declare("targets", capacity * sizeOf(output));
  const outputs = stores.declare("outputs", capacity * sizeOf(output));
  const losses = stores.declare("losses", SLOTS * capacity);
  const lossSpec = {
    ...{ terms, shape: output, losses, capacity },
    output: tensors.value(plan.result),
    target: targets ?? tensors.value(0),
    scratch: context.scratch(capacity * lossScratchWords(terms, output)),
  };
  const sink = tensors.lossSink(plan.result);
  const isScored = canScore(output);
  const scores = stores.declare("scores", isScored ? SLOTS * capacity * SCORE_WORDS : 0);
  const score = () =>
    scoreKernel({
      ...{ shape: output, output: outputs, target: lossSpec.target, scores, capacity },
      scratch: context.scratch(capacity * scoreScratchWords(output)),
    });

  const segments = operations.flatMap((operation) => operation.segments);
  const penalties = stores.declare("penalties", SLOTS * penaltyWords(plan.penalties));
  const penaltyKernels = (gradients: Store | null) =>
    plan.penalties.map((penalty, index) =>
      penaltyKernel({
        ...{ penalty, place: index, all: plan.penalties, out: penalties, gradients },
        weights: context.weights,
        at: context.weightAt(penalty.parameter),
      }),
    );
  const first = flat("first moments");
  const second = flat("second moments");
  const squares = adam.clipNorm === null ? null : stores.declare("squares", SQUARE_SUMS);
  const decaying = adam.weightDecay > 0 ? decayingRuns(plan, offsets, words) : [];
  const { weights, gradients } = context;
  const prepare = operations.flatMap((operation) => operation.prepare);
  const update =
    words === 0
      ? []
      : [
          ...(segments.length > 0 ? [reduceKernel(segments, context.parts, gradients)] : []),
          ...penaltyKernels(gradients),
          ...(squares ? [squaresKernel(gradients, words, squares)] : []),
          adamKernel({ weights, gradients, first, second, words, adam, decaying, squares }),
        ];
  const training = [
    ...prepare,
    ...operations.flatMap((operation) => operation.forward),
    lossKernel({ ...lossSpec, to: sink ? { sink } : { outputs } }),
    ...operations.toReversed().flatMap((operation) => operation.backward),
    ...update,
  ];
  const inference = [
    ...prepare,
    ...operations.flatMap(({ forward, inference: own = forward }) => own),
    lossKernel({ ...lossSpec, to: { outputs } }),
    ...penaltyKernels(null),
  ];
  const scoring = isScored ? [...inference, score()] : [];
  return {
    ...{ training, inference, scoring, input: tensors.value(0), targets, outputs },
    ...{
      losses,
      penalties,
      scores,
      weights,
      first,
      second,
      statistics: context.statistics,
      offsets,
      constants,
    },
    statisticOffsets: statistics.offsets,
  };
}
