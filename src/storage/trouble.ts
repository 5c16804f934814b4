/** What storage refuses, in words for people. */

export type StorageTrouble = "full" | "refused" | "blocked" | "newer" | "damaged" | "failed";

/** Something could not be stored or read; training and the page go on without it. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly trouble: StorageTrouble;
  readonly remedy: string;

  constructor(trouble: StorageTrouble, message: string, remedy: string) {
    super(message);
    this.trouble = trouble;
    this.remedy = remedy;
  }
}

/** What browsers call an origin that may not store: blocked cookies, some private windows. */
const REFUSED = new Set(["SecurityError", "InvalidStateError", "NotAllowedError"]);

/** By the names that IndexedDB's specification gives to what may go wrong. */
const FAILED: Readonly<Record<string, string>> = {
  AbortError: "The browser broke off while it was storing.",
  DataCloneError: "This browser cannot store what the run holds.",
  DataError: "What is stored in this browser is not as this page left it.",
  NotFoundError: "The stored runs are gone: the browser’s data for this page was deleted.",
  NotReadableError: "The browser cannot read what it has stored.",
  TransactionInactiveError: "The browser broke off while it was storing.",
  UnknownError: "The disk, or the browser’s profile on it, does not answer.",
};

export function toStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "QuotaExceededError") {
    return new StorageError(
      "full",
      "This browser has no room left for runs.",
      "Delete runs that you no longer need, or export them to files first.",
    );
  }
  if (REFUSED.has(name)) {
    return new StorageError(
      "refused",
      "This browser lets the page store nothing.",
      "Runs last until this tab is closed; export those that you want to keep, or use a window that is not private.",
    );
  }
  if (name === "VersionError") {
    return new StorageError(
      "newer",
      "The runs in this browser were stored by a newer version of this page.",
      "Reload the page to get that version. Until then runs last as long as this tab, and those stored before are untouched.",
    );
  }
  // Its own words are the browser's, each in another wording: for the console alone.
  console.warn("storage:", error);
  const what = FAILED[name] ?? "The browser’s storage does not work just now.";
  return new StorageError(
    "failed",
    what,
    "Export the runs that you want to keep, then reload the page; where that does not help, restart the browser.",
  );
}
