/** Shows a net's weights between its previews, to somebody who looks at one of its layers. */

import type { RunOptions } from "./run-options";

/** Milliseconds between two looks, at least. */
const LEAST = 500;
/** So many times as long as a look takes, training goes on before the next: a look costs 2.5%. */
const TIMES = 40;

/** When looks are due: seldom enough that training loses no more than 2.5% to them. */
export class CloseUp {
  readonly #options: Pick<RunOptions, "closeUp" | "now">;
  /** When the next one is due. */
  #next = Number.NEGATIVE_INFINITY;

  constructor(options: Pick<RunOptions, "closeUp" | "now">) {
    this.#options = options;
  }

  /**
   * Shows the weights after that step where somebody looks and it is time.
   *
   * @param pull brings them to the model
   */
  async show(step: number, pull: (step: number) => Promise<void>): Promise<void> {
    const { closeUp, now } = this.#options;
    if (!closeUp?.isWanted()) return;
    const begun = now();
    if (begun < this.#next) return;
    await pull(step);
    await closeUp.show(step);
    const ended = now();
    this.#next = ended + Math.max(LEAST, TIMES * (ended - begun));
  }
}
