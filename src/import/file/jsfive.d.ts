/** What is used of jsfive, which has no types of its own. */

declare module "jsfive" {
  /** A group may have others in it. */
  export class Group {
    readonly keys: string[];
    readonly attrs: Readonly<Record<string, unknown>>;
    get(name: string): Group | Dataset | null;
  }

  export class Dataset {
    readonly shape: readonly number[];
    /** "<f4", or an array for what is no plain number. */
    readonly dtype: unknown;
    /** One after the other. */
    readonly value: ArrayLike<number>;
  }

  export class File extends Group {
    constructor(bytes: ArrayBuffer, name: string);
  }
}
