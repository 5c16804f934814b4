/** Times each kernel of a step by the GPU's own clock. */

import { Clock } from "./clock";
import type { BatchSettings, Executor } from "./executor";
import type { Faults } from "./faults";
import { encode } from "./programs";

/** What one kernel of a step does, and how long it takes. */
export interface KernelTime {
  readonly name: string;
  /** The median of all steps; null on a GPU without timestamps. */
  readonly milliseconds: number | null;
  /** Multiply-adds of products, as two each. */
  readonly flops: number;
  /** Read or written at least. */
  readonly bytes: number;
  readonly workgroups: number;
  /** Of a workgroup. */
  readonly invocations: number;
}

/**
 * Takes training steps with each kernel in a pass of its own, which has a timestamp at either end.
 *
 * So they cannot overlap, as neighbours in one pass may where neither needs the other: the sum is
 * an upper bound of a step's time.
 */
export async function profileSteps(
  device: GPUDevice,
  faults: Faults,
  executor: Executor,
  indices: Uint32Array<ArrayBuffer>,
  batches: readonly BatchSettings[],
): Promise<KernelTime[]> {
  const dispatches = executor.dispatches("training");
  const hasClock = device.features.has("timestamp-query");
  executor.prepare(indices, batches);
  const times: number[][] = dispatches.map(() => []);
  for (const [slot, { images }] of batches.entries()) {
    const clock = hasClock ? new Clock(device, dispatches.length) : null;
    const encoder = device.createCommandEncoder();
    for (const [place, dispatch] of dispatches.entries()) {
      const pass = encoder.beginComputePass(clock?.pass(place));
      executor.enter(pass, slot);
      encode(pass, [dispatch], images);
      pass.end();
    }
    clock?.resolve(encoder);
    device.queue.submit([encoder.finish()]);
    if (!clock) continue;
    const taken = await faults.during(clock.milliseconds());
    for (const [place, milliseconds] of taken.entries()) times[place]!.push(milliseconds);
    clock.dispose();
  }
  const { images } = batches[0]!;
  return dispatches.map(({ kernel }, place) => ({
    name: kernel.name,
    milliseconds: hasClock ? median(times[place]!) : null,
    ...kernel.work(images),
    workgroups: kernel.grid(images).reduce((product, side) => product * side, 1),
    invocations: kernel.invocations,
  }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >>> 1] ?? Number.NaN;
}
