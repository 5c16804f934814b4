/** Why images cannot be had, for people. */

/**
 * The message says in one sentence what is wrong. What to do about it depends on who reads it: a
 * visitor of the page can reload it, and whoever has a command line can store the images anew.
 */
export class DataError extends Error {
  override readonly name = "DataError";
  /** `missing`: there are others than those that are asked for, or none. */
  readonly trouble: "unreachable" | "damaged" | "missing";

  constructor(trouble: DataError["trouble"], message: string) {
    super(message);
    this.trouble = trouble;
  }
}
