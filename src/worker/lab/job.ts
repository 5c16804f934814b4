/** One question that is being answered: it can be cancelled, and lets others have a turn. */

/** The page no longer wants the answer. */
class CancelledError extends Error {
  override readonly name = "CancelledError";

  constructor() {
    super("The question was taken back.");
  }
}

/** Milliseconds between two reports of how far a question is. */
const REPORT_EVERY = 100;

export class Job {
  readonly #yieldToHost: () => Promise<void>;
  readonly #now: () => number;
  readonly #report: (share: number) => void;
  #isCancelled = false;
  #reportedAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds */
  constructor(
    host: { yieldToHost(): Promise<void>; now(): number },
    report: (share: number) => void,
  ) {
    this.#yieldToHost = () => host.yieldToHost();
    this.#now = () => host.now();
    this.#report = report;
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  cancel(): void {
    this.#isCancelled = true;
  }

  /** @throws CancelledError */
  throwIfCancelled(): void {
    if (this.#isCancelled) throw new CancelledError();
  }

  /**
   * Between two parts of long work: other questions are answered meanwhile.
   *
   * @param share of the work that is done, 0 to 1
   * @throws CancelledError
   */
  async turn(share: number): Promise<void> {
    this.throwIfCancelled();
    if (this.#now() - this.#reportedAt >= REPORT_EVERY) {
      this.#reportedAt = this.#now();
      this.#report(share);
    }
    await this.#yieldToHost();
    this.throwIfCancelled();
  }
}
