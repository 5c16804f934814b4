/** What nets consist of: requests of a slider, worked through one at a time, the newest first. */

import type { NetChoice } from "../config/config";
import type { ModelSummary } from "../nets/summary";

export class Summaries {
  readonly #summarize: (net: NetChoice) => Promise<ModelSummary>;
  #wanted: NetChoice | null = null;
  #busy = false;

  constructor(summarize: (net: NetChoice) => Promise<ModelSummary>) {
    this.#summarize = summarize;
  }

  /**
   * Hands on what that net consists of, unless a newer request overtakes it.
   *
   * @throws what building the net throws
   */
  async show(net: NetChoice, hand: (net: NetChoice, summary: ModelSummary) => void): Promise<void> {
    this.#wanted = net;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#wanted) {
        const asked: NetChoice = this.#wanted;
        const summary = await this.#summarize(asked);
        if (this.#wanted !== asked) continue;
        this.#wanted = null;
        hand(asked, summary);
      }
    } finally {
      this.#wanted = null;
      this.#busy = false;
    }
  }
}
