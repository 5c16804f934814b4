/** How many steps a device that takes several in one call is asked for at a time: Keras's steps_per_execution, adapted. */

/** Seconds of a call: short enough that pausing and the chart feel immediate. */
const TARGET = 0.1;
/** A call costs a device some thousandths of a second, which this many steps make little of. */
const MOST = 256;

export class StepsPerCall {
  #steps = 1;

  /** Steps of the next call. */
  get steps(): number {
    return this.#steps;
  }

  /** Learns from a call of that many steps: twice as many while that fits, half when it did not. */
  took(steps: number, seconds: number): void {
    const perStep = seconds / steps;
    if (2 * this.#steps * perStep <= TARGET) this.#steps = Math.min(2 * this.#steps, MOST);
    else if (this.#steps * perStep > TARGET) this.#steps = Math.max(1, this.#steps >>> 1);
  }
}
