/** Failover between devices: the next one goes on where the last one failed. */

import type { DeviceLoss, DeviceOption } from "../config/devices";
import type { DeviceInfo, Trainer } from "../engine/device";
import { DeviceError } from "../engine/errors";
import { activateBackend } from "../engine/tfjs/backend";
import { RunCancelledError } from "./errors";
import { Watchdog } from "./watchdog";

/** A device that may train. */
export interface Candidate extends Pick<DeviceOption, "name" | "label"> {
  /** Instead of the run's. */
  readonly threads?: number;
  /**
   * Takes over only where the one before it cannot begin: so much slower that nobody keeps
   * checkpoints for its sake.
   */
  readonly lastResort?: boolean;
}

export interface FailoverHost {
  /** In the order in which they are tried; at least one. */
  readonly devices: readonly Candidate[];
  /** Starts a trainer of the model, with its weights of that moment. */
  readonly start: (device: Candidate) => Promise<Trainer>;
  /** Before steps are repeated. */
  readonly onLost: (loss: DeviceLoss) => void;
  /** Once the next device is where the lost one was. */
  readonly onMoved: (loss: DeviceLoss, to: DeviceInfo) => void;
}

/** What a device leaves to the next one. */
export interface Handover {
  /** How far training has come, and how many of its steps are repeated. */
  progress(): Pick<DeviceLoss, "step" | "repeats">;
  /** Gives the model the weights that the next device starts with. */
  restore(): void;
  /** Hears of each device that has started. */
  adopt(device: Trainer): void;
  /** Brings a device that has just started to the newest step. It may throw a RunCancelledError. */
  catchUp(device: Trainer): Promise<void>;
}

export class Failover {
  readonly #host: FailoverHost;
  readonly #handover: Handover;
  readonly #waiting: Candidate[];
  #current: Trainer | null = null;
  /** The current device has taken a step that no checkpoint need know of. */
  #hasBegun = false;
  /** Of the current device, where that is a GPU: the others compute in this very thread. */
  #watchdog: Watchdog | null = null;

  constructor(host: FailoverHost, handover: Handover) {
    this.#host = host;
    this.#handover = handover;
    this.#waiting = [...host.devices];
  }

  /** Starts the first device. @throws what it throws, where no other can take its place */
  async begin(): Promise<void> {
    const first = this.#waiting.shift();
    if (!first) throw new DeviceError("No device is available on this machine.");
    try {
      this.#adopt(await this.#host.start(first));
    } catch (error) {
      const loss = await this.#moveOn(error, first.label);
      this.#host.onMoved(loss, this.current.info);
    }
  }

  /** The device that trains. @throws DeviceError where there is none any more */
  get current(): Trainer {
    if (!this.#current) throw new DeviceError("The trainer has no device any more.");
    return this.#current;
  }

  /** Whether another device could go on, from a checkpoint if need be. */
  get hasNext(): boolean {
    return this.#waiting.some(({ lastResort }) => !lastResort);
  }

  /** Whether the current device is a GPU. */
  get isGpu(): boolean {
    return this.#watchdog !== null;
  }

  /** The current device has taken a step. */
  stepTaken(): void {
    this.#hasBegun = true;
    this.#watchdog?.stepTaken();
  }

  /**
   * The device's answer, or that of the next one that has any.
   *
   * @throws what the device throws, where none is left, none can take its place, or the fault is in
   *   the question; RunCancelledError
   */
  async ask<T>(question: (device: Trainer) => Promise<T>): Promise<T> {
    let loss: DeviceLoss | null = null;
    for (;;) {
      try {
        const answer = await this.answer(question);
        if (loss) this.#host.onMoved(loss, this.current.info);
        return answer;
      } catch (error) {
        loss = await this.#moveOn(error, this.current.info.label, loss);
      }
    }
  }

  /** The device's own answer. @throws what it throws, DeviceError where a GPU does not answer */
  answer<T>(question: (device: Trainer) => Promise<T>): Promise<T> {
    const device = this.current;
    return this.#watchdog ? this.#watchdog.watch(() => question(device)) : question(device);
  }

  dispose(): void {
    this.#current?.dispose();
    this.#current = null;
  }

  /**
   * Brings the next device to where this one was.
   *
   * @throws the error, where none is left or none can take its place; RunCancelledError
   */
  async #moveOn(
    error: unknown,
    from: string,
    before: DeviceLoss | null = null,
  ): Promise<DeviceLoss> {
    const canMove = this.hasNext || (this.#waiting.length > 0 && !this.#hasBegun);
    if (!isOfDevice(error) || !canMove) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const { step, repeats } = this.#handover.progress();
    const loss = before ?? { step, from, reason, repeats };
    if (!before) this.#host.onLost(loss);
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#abandon();
      try {
        // The model's weights come from plain memory, not from a backend that may be the lost one.
        await activateBackend("cpu");
        this.#handover.restore();
        this.#adopt(await this.#host.start(next));
        await this.#handover.catchUp(this.current);
        return loss;
      } catch (failure) {
        if (!isOfDevice(failure)) throw failure;
      }
    }
    throw error;
  }

  /** Gives the device up; what a lost one says to that is of no interest. */
  #abandon(): void {
    try {
      this.#current?.dispose();
    } catch {
      // It has nothing left to free.
    }
  }

  #adopt(device: Trainer): void {
    this.#current = device;
    this.#hasBegun = false;
    this.#watchdog = isGpu(device.info) ? new Watchdog(device.options.batchSize) : null;
    this.#handover.adopt(device);
  }
}

/** What JavaScript throws for mistakes of ours, and the engine's checks for wrong arguments. */
const MISTAKES = [RangeError, TypeError, ReferenceError, SyntaxError];

/**
 * Whether the device is to blame: a shader that does not compile, a lost context and a trap in WASM
 * are errors of many kinds, but every device would meet the same mistake of ours.
 */
function isOfDevice(error: unknown): boolean {
  if (error instanceof RunCancelledError) return false;
  if (!MISTAKES.some((kind) => error instanceof kind)) return true;
  // Memory that the machine has not got is a RangeError in every engine.
  return error instanceof RangeError && /alloc|memory/i.test(error.message);
}

function isGpu({ name }: DeviceInfo): boolean {
  return name !== "wasm" && name !== "tfjs-cpu";
}
