/** The time that a run takes: it stands still while the run is paused or the machine asleep. */

export class RunClock {
  readonly #now: () => number;
  /** Seconds of earlier parts of the run. */
  readonly #earlier: number;
  #begun = 0;
  /** Milliseconds. */
  #leftOut = 0;

  /**
   * @param now milliseconds on any steady clock
   * @param earlier seconds of earlier parts of the run
   */
  constructor(now: () => number, earlier: number) {
    this.#now = now;
    this.#earlier = earlier;
  }

  start(): void {
    this.#begun = this.time;
  }

  /** Milliseconds. */
  get time(): number {
    return this.#now() - this.#leftOut;
  }

  /** Spent on the run so far. */
  get seconds(): number {
    return this.#earlier + (this.time - this.#begun) / 1000;
  }

  /** Those milliseconds have just gone by, and do not count. */
  leaveOut(milliseconds: number): void {
    this.#leftOut += milliseconds;
  }
}
