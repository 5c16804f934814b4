/** Buffers of the GPU: declared while a plan is lowered, made all at once, freed all at once. */

import { DeviceError } from "../errors";

/** A buffer to be; its size may grow until `Stores.make`. */
export interface Store {
  readonly label: string;
  /** Of four bytes each. */
  words: number;
}

/** Bindings begin and end at multiples of this many words, so that vectors of four fit. */
const LINE = 64;

export class Stores {
  readonly #device: GPUDevice;
  readonly #declared: Store[] = [];
  readonly #made = new Map<Store, GPUBuffer>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  declare(label: string, words: number): Store {
    const store = { label, words };
    this.#declared.push(store);
    return store;
  }

  /**
   * Makes what has been declared since the last time; new buffers hold zeros.
   *
   * @throws DeviceError where the GPU has no room for them
   */
  async make(): Promise<void> {
    const declared = this.#declared.splice(0).map((store) => {
      return { store, size: Math.max(1, Math.ceil(store.words / LINE)) * LINE * 4 };
    });
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#device.limits;
    const most = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    const tooLarge = declared.find(({ size }) => size > most);
    if (tooLarge) {
      const { store, size } = tooLarge;
      throw noRoom(
        `a buffer of ${megabytes(size)} ("${store.label}"), of which it allows ${megabytes(most)}`,
      );
    }
    this.#device.pushErrorScope("out-of-memory");
    const usage = GPU_STORAGE | GPU_COPY_SRC | GPU_COPY_DST | GPU_UNIFORM;
    for (const { store, size } of declared) {
      const { label } = store;
      this.#made.set(store, this.#device.createBuffer({ label, size, usage }));
    }
    const error = await this.#device.popErrorScope();
    if (error) throw noRoom(`${megabytes(this.bytes)} in all`);
  }

  buffer(store: Store): GPUBuffer {
    const made = this.#made.get(store);
    if (!made) throw new Error(`The buffer "${store.label}" has not been made.`);
    return made;
  }

  write(store: Store, values: ArrayBufferView<ArrayBuffer>, word = 0): void {
    this.#device.queue.writeBuffer(this.buffer(store), word * 4, values);
  }

  free(store: Store): void {
    this.#made.get(store)?.destroy();
    this.#made.delete(store);
  }

  get bytes(): number {
    let sum = 0;
    for (const { size } of this.#made.values()) sum += size;
    return sum;
  }

  dispose(): void {
    for (const buffer of this.#made.values()) buffer.destroy();
    this.#made.clear();
  }
}

function noRoom(what: string): DeviceError {
  return new DeviceError(
    `The GPU's memory is too small: training would take ${what}. A smaller batch takes less.`,
  );
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MB`;
}

/** WebGPU's own names for these are globals that Dawn's module does not define in Node. */
export const GPU_MAP_READ = 0x0001;
export const GPU_COPY_SRC = 0x0004;
export const GPU_COPY_DST = 0x0008;
const GPU_UNIFORM = 0x0040;
export const GPU_STORAGE = 0x0080;
export const GPU_QUERY_RESOLVE = 0x0200;
