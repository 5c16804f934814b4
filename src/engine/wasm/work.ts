/** What the parts of a training step have to do at least: multiply-adds, and bytes read and written. */

import { ssimOfTerm } from "../../config/loss";
import type { LossOperation, TrainingPlan } from "../differentiate";
import { multiplyAddsOf } from "../flops";
import { type GraphNode, type SampleShape, sizeOf } from "../graph";
import { type Operation, trainedBy } from "../ops";
import type { OptimizerOptions } from "../optimizer";
import type { Buffer } from "./buffers";
import type { Lowering, Part } from "./lowering";

export interface Work {
  /** Of products of matrices and SSIM's filters, as this device does them. */
  readonly multiplyAdds: number;
  /** As the layers are written. */
  readonly directMultiplyAdds: number;
  /** Read or written at least of tensors that have one place a thread, and so lie in its caches. */
  readonly cacheBytes: number;
  /** Likewise of those that every image has for itself, of weights and of what is kept beside them. */
  readonly memoryBytes: number;
}

const NUMBER = 4;

/** That of a part in a step on that many images. */
export function workOf({ context, training }: Lowering, part: Part, images: number): Work {
  const traffic = new Traffic(images);
  const { operation } = part;
  if (operation === null) return workOfNone(context, training, part.name, traffic);
  const passes = Math.max(1, part.steps.filter(({ kind }) => kind === "images").length);
  for (const tensor of new Set(operation.inputs)) traffic.tensor(context.buffer(tensor), passes);
  const result = context.taken(operation.result);
  if (result) traffic.tensor(result);
  const { operations } = training.plan;
  const of = operations.find((each) => each === operation || each === ofOf(operation));
  if (!of) return { multiplyAdds: 0, directMultiplyAdds: 0, ...traffic.bytes };
  // A gradient's products are those of the weights' and of the input's.
  const trains = trainedBy(of).length > 0 ? 1 : 0;
  const products = of === operation ? 1 : trains + (result ? 1 : 0);
  traffic.weights(products * ownWeights(of));
  const count = (cost: "wasm" | "written") => images * products * multiplyAddsOf(of, cost);
  return { multiplyAdds: count("wasm"), directMultiplyAdds: count("written"), ...traffic.bytes };
}

/** What it is the gradient of, where it is one. */
const ofOf = (operation: GraphNode): unknown => ("of" in operation ? operation.of : undefined);

/** Numbers of the arrays that it trains. */
function ownWeights(operation: Operation): number {
  return trainedBy(operation).reduce((sum, { size }) => sum + size, 0);
}

function workOfNone(
  context: Lowering["context"],
  { plan, losses, update }: TrainingPlan,
  name: string,
  traffic: Traffic,
): Work {
  let multiplyAdds = 0;
  if (name === "samples") traffic.tensor(context.buffer(0));
  if (name === "loss") {
    for (const loss of losses) {
      for (const tensor of [...loss.inputs, loss.result]) {
        const buffer = context.taken(tensor);
        if (buffer) traffic.tensor(buffer);
      }
      if (loss.kind === "loss") multiplyAdds += traffic.images * ssimMultiplyAdds(loss);
    }
  }
  if (name === "update") {
    const weights = plan.parameters.reduce((sum, { size }) => sum + size, 0);
    // Of each: weights read and written, the gradient read, what is kept read and written.
    traffic.weights(weights * (3 + 2 * arraysKept(update.optimizer)));
  }
  return { multiplyAdds, directMultiplyAdds: multiplyAdds, ...traffic.bytes };
}

function arraysKept(options: OptimizerOptions): number {
  if (options.kind === "adam") return 2;
  if (options.kind === "sgd") return 1;
  return options.centered ? 3 : 2;
}

/** Of SSIM's filters, down and along four maps, and three on the way back. */
function ssimMultiplyAdds({ terms, input }: LossOperation): number {
  return terms.reduce((sum, [term]) => {
    const side = ssimOfTerm(term, input)?.taps.length;
    if (side === undefined) return sum;
    const { height, width, channels } = input;
    const rows = height - side + 1;
    const columns = width - side + 1;
    return sum + side * rows * channels * ((4 + 3 + 3) * width + 4 * columns);
  }, 0);
}

/** Adds up bytes by where they lie. */
class Traffic {
  readonly images: number;
  #cache = 0;
  #memory = 0;

  constructor(images: number) {
    this.images = images;
  }

  get bytes(): Pick<Work, "cacheBytes" | "memoryBytes"> {
    return { cacheBytes: this.#cache, memoryBytes: this.#memory };
  }

  tensor({ at, shape }: Buffer, passes = 1): void {
    const bytes = passes * this.images * bytesOf(shape);
    if (at.by === "thread") this.#cache += bytes;
    else this.#memory += bytes;
  }

  weights(numbers: number): void {
    this.#memory += numbers * NUMBER;
  }
}

const bytesOf = (shape: SampleShape): number => sizeOf(shape) * NUMBER;
