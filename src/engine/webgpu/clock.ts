/** The GPU's own clock, read at either end of passes. */

import { GPU_COPY_DST, GPU_COPY_SRC, GPU_MAP_READ, GPU_QUERY_RESOLVE } from "./stores";

/** Two timestamps for each of so many passes. */
export class Clock {
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

  /** That each pass has taken; 0 where the clock did not move on, or went back, as some GPUs' do. */
  async milliseconds(): Promise<number[]> {
    await this.#staging.mapAsync(GPU_MAP_READ);
    const nanoseconds = new BigUint64Array(this.#staging.getMappedRange().slice(0));
    this.#staging.unmap();
    return Array.from({ length: nanoseconds.length / 2 }, (_, place) => {
      const taken = nanoseconds[2 * place + 1]! - nanoseconds[2 * place]!;
      return Math.max(0, Number(taken) / 1e6);
    });
  }

  dispose(): void {
    this.#queries.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}
