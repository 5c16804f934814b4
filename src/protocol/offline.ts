/** What the page says to the service worker that keeps it (src/service-worker/offline.ts). */

export type OfflineQuestion =
  /** Whether that script, "assets/index-….js", is of its build: a boolean comes back by the port sent along. */
  | { readonly type: "has"; readonly script: string }
  /** It is to take over from the one that runs. */
  | { readonly type: "take-over" }
  /** What other builds have left may go, where no other tab runs them. */
  | { readonly type: "tidy-up" };
