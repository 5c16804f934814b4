/** Pause, resume, step and stop: wishes that the training loop looks at between steps. */

import { RunCancelledError } from "./errors";

export class RunControl {
  #state: "running" | "paused" | "stopped" | "cancelled";
  /** Steps that a paused run may still make. */
  #stepsAllowed = 0;
  #wake: (() => void) | null = null;

  constructor(paused = false) {
    this.#state = paused ? "paused" : "running";
  }

  pause(): void {
    if (this.#state === "running") this.#change("paused");
  }

  resume(): void {
    if (this.#state === "paused") this.#change("running");
  }

  /** One step of the optimiser, then (or again) paused. */
  step(): void {
    if (this.#state !== "running" && this.#state !== "paused") return;
    this.#stepsAllowed += 1;
    this.#change("paused");
  }

  /** Ends training; what there is gets evaluated. */
  stop(): void {
    if (this.#state !== "cancelled") this.#change("stopped");
  }

  /** Ends the run without a result. */
  cancel(): void {
    this.#change("cancelled");
  }

  get stopped(): boolean {
    return this.#state === "stopped";
  }

  get cancelled(): boolean {
    return this.#state === "cancelled";
  }

  /** Paused, with no single step left to make. */
  get waiting(): boolean {
    return this.#state === "paused" && this.#stepsAllowed === 0;
  }

  get paused(): boolean {
    return this.#state === "paused";
  }

  /** Uses up one allowed step, if the run is paused. */
  countStep(): void {
    if (this.#stepsAllowed > 0) this.#stepsAllowed -= 1;
  }

  /** @throws RunCancelledError */
  throwIfCancelled(): void {
    if (this.#state === "cancelled") throw new RunCancelledError();
  }

  /** Resolves at the next change. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /**
   * What the promise resolves to, unless the run is cancelled first.
   *
   * @throws RunCancelledError, and what the promise rejects with
   */
  async orCancelled<T>(promise: Promise<T>): Promise<T> {
    const settled = promise.then((value) => ({ value }));
    // Whoever is cancelled does not wait to hear that it failed.
    settled.catch(() => {});
    for (;;) {
      this.throwIfCancelled();
      const first = await Promise.race([settled, this.changed()]);
      this.throwIfCancelled();
      if (first) return first.value;
    }
  }

  #change(state: "running" | "paused" | "stopped" | "cancelled"): void {
    this.#state = state;
    if (state === "running") this.#stepsAllowed = 0;
    this.#wake?.();
    this.#wake = null;
  }
}
