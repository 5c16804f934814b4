/** How long a GPU may take to answer before it is given up as hung. */

import { withTimeout } from "./timeout";

/** Seconds that a GPU's first answer may take, and for each image of a batch: it compiles kernels. */
const FIRST_ANSWER = { base: 60, perImage: 1 };
/** Later answers may take this many times the longest so far, within these seconds. */
const LATER_ANSWER = { times: 20, least: 20, most: 600 };

/** Watches one device, from its start on. */
export class Watchdog {
  readonly #batchSize: number;
  #isWarm = false;
  /** Seconds that the longest answer since it is warm was waited for, without the machine's sleep. */
  #longest = 0;

  constructor(batchSize: number) {
    this.#batchSize = batchSize;
  }

  /** The device has taken a step: its kernels are compiled. */
  stepTaken(): void {
    this.#isWarm = true;
  }

  /** @throws DeviceError where there is no answer in time, and what the question throws */
  async watch<T>(question: () => Promise<T>): Promise<T> {
    let waited = 0;
    const answer = await withTimeout(question(), this.#limit(), (seconds) => {
      waited = seconds;
    });
    if (this.#isWarm) this.#longest = Math.max(this.#longest, waited);
    return answer;
  }

  #limit(): number {
    if (!this.#isWarm) return FIRST_ANSWER.base + FIRST_ANSWER.perImage * this.#batchSize;
    const { times, least, most } = LATER_ANSWER;
    return Math.min(Math.max(least, times * this.#longest), most);
  }
}
