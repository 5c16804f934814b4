/** Times each kernel of a step by the GPU's own clock. */

import type { Faults } from "./faults";
import type { BatchSettings, Machine } from "./machine";
import { encode } from "./programs";
import { GPU_COPY_DST, GPU_COPY_SRC, GPU_MAP_READ, GPU_QUERY_RESOLVE } from "./stores";

/** What one kernel of a step does, and how long it takes. */
export interface KernelTime {
  readonly name: string;
  /** The median of all steps; null on a GPU without timestamps. */
  readonly milliseconds: number | null;
  /** Multiply-adds of products, as two each. */
  readonly flops: number;
  /** Read or written at least. */
  readonly bytes: number;
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
  machine: Machine,
  indices: Uint32Array<ArrayBuffer>,
  batches: readonly BatchSettings[],
): Promise<KernelTime[]> {
  const dispatches = machine.dispatches("training");
  const hasClock = device.features.has("timestamp-query");
  machine.prepare(indices, batches);
  const times: number[][] = dispatches.map(() => []);
  for (const [slot, { images }] of batches.entries()) {
    const clock = hasClock ? new Clock(device, dispatches.length) : null;
    const encoder = device.createCommandEncoder();
    for (const [place, dispatch] of dispatches.entries()) {
      const pass = encoder.beginComputePass(clock?.pass(place));
      machine.enter(pass, slot);
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
  }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >>> 1] ?? Number.NaN;
}

/** Two timestamps for each of so many passes. */
class Clock {
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;

  constructor(device: GPUDevice, passes: number) {
    const size = passes * 2 * 8;
    this.#queries = device.createQuerySet({ type: "timestamp", count: passes * 2 });
    this.#resolved = device.createBuffer({ size, usage: GPU_QUERY_RESOLVE | GPU_COPY_SRC });
    this.#staging = device.createBuffer({ size, usage: GPU_MAP_READ | GPU_COPY_DST });
  }

  pass(place: number): GPUComputePassDescriptor {
    const timestampWrites = {
      querySet: this.#queries,
      beginningOfPassWriteIndex: 2 * place,
      endOfPassWriteIndex: 2 * place + 1,
    };
    return { timestampWrites };
  }

  resolve(encoder: GPUCommandEncoder): void {
    const { size } = this.#resolved;
    encoder.resolveQuerySet(this.#queries, 0, this.#queries.count, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, size);
  }

  async milliseconds(): Promise<number[]> {
    await this.#staging.mapAsync(GPU_MAP_READ);
    const nanoseconds = new BigUint64Array(this.#staging.getMappedRange().slice(0));
    this.#staging.unmap();
    return Array.from({ length: nanoseconds.length / 2 }, (_, place) => {
      const taken = nanoseconds[2 * place + 1]! - nanoseconds[2 * place]!;
      return Number(taken) / 1e6;
    });
  }

  dispose(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}
