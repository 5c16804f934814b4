/** Reads buffers back, through staging buffers that are kept. */

import type { Faults } from "./faults";
import { GPU_COPY_DST, GPU_MAP_READ, type Store, type Stores } from "./stores";

/** Part of a store, in words. */
export interface Stretch {
  readonly store: Store;
  readonly from: number;
  readonly words: number;
}

export class Reader {
  readonly #device: GPUDevice;
  readonly #stores: Stores;
  readonly #faults: Faults;
  /** Staging buffers by what they are for; a larger one takes a smaller one's place. */
  readonly #staging = new Map<string, GPUBuffer>();

  constructor(device: GPUDevice, stores: Stores, faults: Faults) {
    this.#device = device;
    this.#stores = stores;
    this.#faults = faults;
  }

  /** Makes room for that many words of one purpose, before they are recorded. */
  reserve(purpose: string, words: number): void {
    const known = this.#staging.get(purpose);
    if (known && known.size >= words * 4) return;
    known?.destroy();
    const usage = GPU_MAP_READ | GPU_COPY_DST;
    const label = `read ${purpose}`;
    this.#staging.set(purpose, this.#device.createBuffer({ label, size: words * 4, usage }));
  }

  /** Records the copy of stretches, one after another, to word `at` of the room of that purpose. */
  record(encoder: GPUCommandEncoder, purpose: string, stretches: readonly Stretch[], at = 0): void {
    let to = at * 4;
    for (const { store, from, words } of stretches) {
      if (words === 0) continue;
      const source = this.#stores.buffer(store);
      encoder.copyBufferToBuffer(source, from * 4, this.#room(purpose), to, words * 4);
      to += words * 4;
    }
  }

  /**
   * What has been recorded, once the GPU has come so far: copied.
   *
   * @throws DeviceLostError
   */
  async take(purpose: string, words: number): Promise<Float32Array<ArrayBuffer>> {
    const staging = this.#room(purpose);
    await this.#faults.during(staging.mapAsync(GPU_MAP_READ, 0, words * 4));
    const values = new Float32Array(staging.getMappedRange(0, words * 4).slice(0));
    staging.unmap();
    return values;
  }

  /** Reads stretches at once. @throws DeviceLostError */
  async read(purpose: string, stretches: readonly Stretch[]): Promise<Float32Array<ArrayBuffer>> {
    const words = stretches.reduce((sum, stretch) => sum + stretch.words, 0);
    this.reserve(purpose, words);
    const encoder = this.#device.createCommandEncoder();
    this.record(encoder, purpose, stretches);
    this.#device.queue.submit([encoder.finish()]);
    return this.take(purpose, words);
  }

  get bytes(): number {
    let sum = 0;
    for (const { size } of this.#staging.values()) sum += size;
    return sum;
  }

  dispose(): void {
    for (const buffer of this.#staging.values()) buffer.destroy();
    this.#staging.clear();
  }

  #room(purpose: string): GPUBuffer {
    const staging = this.#staging.get(purpose);
    if (!staging) throw new Error(`There is no room to read ${purpose}.`);
    return staging;
  }
}
