/** Notices when a GPU is lost or in error: WebGPU itself tells nobody who does not ask. */

import { DeviceError, DeviceLostError } from "../errors";
import { messageOf } from "../gpu";

export class Faults {
  readonly #device: GPUDevice;
  /** Never resolves; rejects with the first fault. */
  readonly #fault: Promise<never>;
  #error: DeviceLostError | null = null;

  readonly #onError: (event: GPUUncapturedErrorEvent) => void;

  constructor(device: GPUDevice) {
    this.#device = device;
    let fail: (why: string) => void = () => {};
    this.#fault = new Promise((_, reject) => {
      fail = (why) => {
        this.#error ??= new DeviceLostError(why);
        reject(this.#error);
      };
    });
    // It counts only for those who wait for work.
    this.#fault.catch(() => {});
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
    try {
      const value = await Promise.race([work, this.#fault]);
      this.check();
      return value;
    } catch (error) {
      this.check();
      if (error instanceof DeviceError) throw error;
      throw new DeviceLostError(`The GPU failed: ${messageOf(error)}`);
    }
  }

  /** Listens no more. */
  dispose(): void {
    this.#device.removeEventListener("uncapturederror", this.#onError);
  }
}
