/** Notices when a GPU is lost or in error: WebGPU itself tells nobody who does not ask. */

import { DeviceError, DeviceLostError } from "../errors";
import { messageOf } from "../gpu";

export class Faults {
  readonly #device: GPUDevice;
  /** Those who wait for work, to be told of a fault: what each waits for is kept no longer than that. */
  readonly #waiting = new Set<(error: DeviceLostError) => void>();
  #error: DeviceLostError | null = null;
  readonly #onError: (event: GPUUncapturedErrorEvent) => void;

  constructor(device: GPUDevice) {
    this.#device = device;
    const fail = (why: string) => {
      this.#error ??= new DeviceLostError(why);
      for (const tell of this.#waiting) tell(this.#error);
    };
    void device.lost.then(({ message }) => {
      fail(`The GPU is lost${message ? ` (${message})` : ""}.`);
    });
    this.#onError = ({ error }) => fail(`The GPU reports an error: ${error.message}`);
    device.addEventListener("uncapturederror", this.#onError);
  }

  /** @throws DeviceLostError after the first fault */
  check(): void {
    if (this.#error) throw this.#error;
  }

  /**
   * What the work resolves to.
   *
   * @throws DeviceLostError once the GPU is lost or has reported an error, and DeviceErrors of the work
   */
  async during<T>(work: Promise<T>): Promise<T> {
    let tell: (error: DeviceLostError) => void = () => {};
    const fault = new Promise<never>((_, reject) => {
      tell = reject;
    });
    this.#waiting.add(tell);
    if (this.#error) tell(this.#error);
    try {
      const value = await Promise.race([work, fault]);
      this.check();
      return value;
    } catch (error) {
      this.check();
      if (error instanceof DeviceError) throw error;
      throw new DeviceLostError(`The GPU failed: ${messageOf(error)}`);
    } finally {
      this.#waiting.delete(tell);
    }
  }

  /** Listens no more. */
  dispose(): void {
    this.#device.removeEventListener("uncapturederror", this.#onError);
  }
}
