/** Gathers the losses of many steps into few messages. */

import type { WorkerEvent } from "../protocol/messages";

/** Milliseconds between two messages: the page redraws about 10 times a second. */
const INTERVAL = 100;

export interface StepReport {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number | null;
}

type StepsEvent = Extract<WorkerEvent, { type: "steps" }>;

/** Sends each loss exactly once, in order, at most every 100 ms or when flushed. */
export class StepBatcher {
  readonly #send: (event: Omit<StepsEvent, "runId">) => void;
  readonly #now: () => number;
  #losses: number[] = [];
  #last: StepReport | null = null;
  #sentAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds */
  constructor(send: (event: Omit<StepsEvent, "runId">) => void, now: () => number) {
    this.#send = send;
    this.#now = now;
  }

  add(report: StepReport): void {
    this.#losses.push(report.loss);
    this.#last = report;
    if (this.#now() - this.#sentAt >= INTERVAL) this.flush();
  }

  flush(): void {
    if (!this.#last) return;
    const { step, epoch, imagesPerSecond, secondsLeft } = this.#last;
    this.#send({
      type: "steps",
      firstStep: step - this.#losses.length + 1,
      losses: Float32Array.from(this.#losses),
      epoch,
      imagesPerSecond,
      secondsLeft,
    });
    this.#losses = [];
    this.#last = null;
    this.#sentAt = this.#now();
  }
}
