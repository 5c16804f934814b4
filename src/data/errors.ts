/** Why images cannot be had, for people. */

/** The message says what is wrong, in one sentence, and `remedy` what to do about it, in another. */
export class DataError extends Error {
  override readonly name = "DataError";
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** What repairs a store that is there but not as it should be. */
export const REBUILD = "Run `npm run data -- --force`, then try again.";
