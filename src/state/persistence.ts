/** Asks the browser to keep the runs even when the disk runs full. */

import type { RunStore } from "../storage/store";
import type { TextStore } from "./queueStore";

const PLACE = "latent-loom/asked-to-keep";
/** Some browsers pass the question on to their user, who has not changed his mind since yesterday. */
const DAYS = 30;

/** Asks, unless it is promised already or was asked not long ago; whether it has asked. */
export type AskToKeep = (runs: RunStore) => Promise<boolean>;

/**
 * @param disk remembers when it was asked; null where the browser has none: once a visit
 * @param now milliseconds since 1970
 */
export function createAskToKeep(
  disk: Pick<TextStore, "getItem" | "setItem"> | null,
  now: () => number = Date.now,
): AskToKeep {
  let asked = false;

  const lastAsked = (): number => {
    try {
      return Number(disk?.getItem(PLACE) ?? 0);
    } catch {
      return 0;
    }
  };
  const remember = (): void => {
    asked = true;
    try {
      disk?.setItem(PLACE, String(now()));
    } catch {
      // Then the next visit asks again.
    }
  };

  return async (runs) => {
    const isRecent = now() - lastAsked() < DAYS * 24 * 3_600_000;
    if (asked || isRecent || runs.kind === "memory") return false;
    if ((await runs.usage()).persisted) return false;
    remember();
    await runs.persist();
    return true;
  };
}
