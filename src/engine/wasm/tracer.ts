/** A training step looked into: what each layer makes of a batch, and the gradients that come back. */

import type { LayersModel } from "@tensorflow/tfjs";
import { TrainerChecks } from "../checks";
import { compile } from "../compile";
import type { TrainerOptions } from "../device";
import { sizeOf } from "../graph";
import type { Plan } from "../plan";
import { IMAGES } from "./lowering";
import type { WasmPlatform } from "./platform";
import { Runtime } from "./runtime";
import { WasmTrainer } from "./trainer";

/** Numbers of a batch, sample by sample. */
export interface LayerTrace {
  readonly output: Float32Array<ArrayBuffer>;
  /** Of the batch's mean loss, by the output; null where that does not depend on it. */
  readonly gradient: Float32Array<ArrayBuffer> | null;
}

/** Trains as others do, on one thread, and keeps what its last step has come by. */
export class WasmTracer extends WasmTrainer {
  /**
   * What a layer made of the batch of the last step. Of one whose sigmoid or softmax the loss has taken in
   * it is what goes into that.
   *
   * @param layer its name; null for the samples themselves
   * @throws Error for a layer that the model has not
   */
  trace(layer: string | null, samples: number): LayerTrace {
    const { lowering } = this.ready();
    const { plan, gradients } = lowering.training;
    const end = plan.ends.find((each) => each.layer === layer);
    const tensor = layer === null ? IMAGES : (end?.tensor ?? plan.outputs.get(layer));
    if (tensor === undefined) throw new Error(`There is no layer ${layer}.`);
    const shape = plan.operations.find(({ result }) => result === tensor)?.output ?? plan.input;
    const read = (traced: number) => {
      const address = lowering.traces.get(traced);
      if (address === undefined) throw new Error(`Tensor ${traced} is not traced.`);
      return Float32Array.from(this.runtime.arena.floats(address, samples * sizeOf(shape)));
    };
    const gradient = gradients.get(tensor);
    return { output: read(tensor), gradient: gradient === undefined ? null : read(gradient) };
  }

  /** A trained array and its gradient at the last step, in the order of `model.trainableWeights`. */
  array(index: number): { readonly weights: Float32Array; readonly gradient: Float32Array } {
    const { weights, gradients } = this.ready().lowering.memory;
    return {
      weights: this.view(weights, index).slice(),
      gradient: this.view(gradients, index).slice(),
    };
  }
}

/** All layers but those that make its outputs: a loss may look behind the sigmoid of these. */
function insideOf({ layers, outputs }: LayersModel): string[] {
  const ends = new Set(outputs.map(({ sourceLayer }) => sourceLayer.name));
  return layers.map(({ name }) => name).filter((name) => !ends.has(name));
}

/**
 * A tracer with a copy of the model's weights, computed without rewrites: every layer is there.
 *
 * @throws UnsupportedLayerError, RangeError, Error as createWasmTrainer
 */
export async function createWasmTracer(
  model: LayersModel,
  options: TrainerOptions,
  platform: WasmPlatform,
  plan: Plan = compile(model, [], insideOf(model)),
): Promise<WasmTracer> {
  const checks = new TrainerChecks(model, options);
  const runtime = await Runtime.start(platform, 1);
  return new WasmTracer(model, options, checks, plan, runtime, true);
}
