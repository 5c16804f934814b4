/** What one term of a loss needs to know of its image: see assembly/loss.ts. */

import type { Buffer } from "../buffers";
import type { Argument, Counted, Instruction } from "../program";

/** One image's numbers, row by row. */
export interface Rows extends Pick<Buffer, "pitch"> {
  readonly at: Argument;
}

export interface TermBuffers {
  /** What the term compares with the targets: the net's outputs, or their logits. */
  readonly values: Rows;
  readonly target: Rows;
  /** By those values; null where it is not wanted. */
  readonly gradient: Rows | null;
  /** Added to what is there, or put in its place. */
  readonly gradientAdds: boolean;
  /** A double. */
  readonly loss: Counted;
  readonly lossAdds: boolean;
}

/** The instruction of one term for one image of a batch of `images`. */
export type Term = (around: TermBuffers, images: number) => Instruction;
