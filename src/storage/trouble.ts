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
  const reason = error instanceof Error && error.message ? error.message : String(error);
  return new StorageError(
    "failed",
    `The browser’s storage failed: ${reason.replace(/\.$/, "")}.`,
    "Export the runs that you want to keep, then reload the page.",
  );
}
