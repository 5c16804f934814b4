/** Nets as settings: their text, and what settings ask of them. */

import * as v from "valibot";
import { FASHION_MNIST } from "../datasets/fashion-mnist";
import type { ImageShape } from "../math/image-set";
import { withLatentSize } from "../nets/latent-size";
import { type NetChoice, netOf } from "../nets/presets";
import { endsInSigmoid, isNested } from "../nets/spec";
import { latentSizeOf } from "../nets/summary";
import { NetTextError, netText, parseNet } from "../nets/text";
import type { TextType } from "./value-types";

/** A code has at most: the page shows each of its numbers, and PCA of as many beside it. */
export const MOST_NUMBERS = 512;

/** What settings ask of a net. */
export interface NetTraits {
  readonly endsInSigmoid: boolean;
  /** Whether the first k numbers of its codes are codes of size k. */
  readonly isNested: boolean;
}

/** The traits of the net that settings stand for. */
export function traitsOf(choice: NetChoice): NetTraits {
  const net = netOf(choice, FASHION_MNIST);
  return { endsInSigmoid: endsInSigmoid(net), isNested: isNested(net) };
}

export interface NetProblem {
  readonly message: string;
  /** Those of the text that it is about; empty where it is about all of it. */
  readonly words: string;
}

/** Why a text is no net of settings for images of that shape; null where it is one. */
export function netProblem(text: string, image: ImageShape = FASHION_MNIST): NetProblem | null {
  try {
    const size = latentSizeOf(parseNet(text, image));
    return size <= MOST_NUMBERS
      ? null
      : {
          message: `Its code has ${size.toLocaleString("en")} numbers; ${MOST_NUMBERS} is the most.`,
          words: "",
        };
  } catch (error) {
    if (!(error instanceof NetTextError)) throw error;
    const { message, from, to } = error;
    const words = text.slice(from, to).trim();
    return { message, words: words === text.trim() ? "" : words };
  }
}

/** Stands for the preset's own net in texts. */
const OF_PRESET = "preset";

/** A net's text, or null for the preset's own net. */
export const NET_TYPE: TextType<string | null> = {
  kind: "text",
  allowed: "a net such as conv 32 3 relu > pool 2 > latent 128 relu > mirror, or preset",
  hasOwnText: false,
  placeholder: "TEXT|FILE",
  schema: (subject) =>
    v.nullable(
      v.pipe(
        v.string(`${subject} must be a line of text.`),
        v.check(
          (text) => netProblem(text) === null,
          ({ input }) => `${subject} is none: ${netProblem(input)?.message}`,
        ),
        v.transform((text) => netText(parseNet(text, FASHION_MNIST))),
      ),
      null,
    ),
  write: (text) => text ?? OF_PRESET,
  read: (text) => (text === OF_PRESET || text === "" ? null : text),
  isSame: Object.is,
};

/**
 * A choice whose latent size is its own net's: that of its text, or the text with the size wanted.
 *
 * @param wanted a size that the code shall have; undefined for what the text says
 * @throws NetError where the code of the net's text cannot have that size
 */
export function withNetsSize<T extends NetChoice>(choice: T, wanted: number | undefined): T {
  if (choice.net === null) return wanted === undefined ? choice : { ...choice, latentSize: wanted };
  const net = parseNet(choice.net, FASHION_MNIST);
  const size = latentSizeOf(net);
  if (wanted === undefined || wanted === size) return { ...choice, latentSize: size };
  return { ...choice, net: netText(withLatentSize(net, wanted)), latentSize: wanted };
}

/** Why an own net's code has not the latent size that stands beside it; null where it has. */
export function sizeProblem({ net, latentSize }: NetChoice): string | null {
  if (net === null) return null;
  const size = latentSizeOf(parseNet(net, FASHION_MNIST));
  return size === latentSize
    ? null
    : `The latent size is ${latentSize}, and the net's code has ${size} numbers.`;
}
