/** What the page keeps of somebody's ways between visits, a word for each; nothing where the browser keeps nothing. */

import { browserStore } from "../../state/queueStore";

/** The word that was kept under a key; null where there is none, or none can be read. */
export function remembered(key: string): string | null {
  try {
    return browserStore()?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

/** Keeps a word under a key; a full or forbidden store forgets it. */
export function remember(key: string, word: string): void {
  try {
    browserStore()?.setItem(key, word);
  } catch {
    // The next visit is as the first.
  }
}
