/** Nets as settings: their text, and what settings ask of them, for images of a shape. */

import * as v from "valibot";
import type { ImageShape } from "../math/image-set";
import { withLatentSize } from "../nets/latent-size";
import { type NetChoice, netOf } from "../nets/presets";
import { endsInSigmoid, endsInSoftmax, isNested, isVariational } from "../nets/spec";
import { checkNet, LARGEST_OUTPUT, latentSizeOf, NetError } from "../nets/summary";
import { NetTextError, netText, parseNet } from "../nets/text";
import { type NumberType, type TextType, wholeNumber } from "./value-types";

/** The largest size that is chosen, and that the page's views of codes show each number of. */
export const MOST_CHOSEN = 512;

/** What a code may have at most: a net's text settles it, as by a stack of maps. */
export const MOST_NUMBERS = LARGEST_OUTPUT;

/** Of 1 to 512 numbers where it is chosen; a net of one's own may have more in its code. */
export const LATENT_TYPE: NumberType = {
  ...wholeNumber(1, MOST_CHOSEN),
  schema(subject) {
    const message = notChosen(subject);
    return v.pipe(
      v.number(message),
      v.integer(message),
      v.minValue(1, message),
      v.maxValue(MOST_NUMBERS, message),
    );
  },
};

const notChosen = (subject: string): string =>
  `${subject} must be a whole number from 1 to ${MOST_CHOSEN}.`;

/** Far more characters than any net's text: 200 layers of names and numbers. */
const LONGEST_TEXT = 20_000;

/** Characters of what somebody calls a net. */
export const LONGEST_NET_NAME = 40;

/** What settings ask of a net. */
export interface NetTraits {
  readonly endsInSigmoid: boolean;
  readonly endsInSoftmax: boolean;
  /** Whether the first k numbers of its codes are codes of size k. */
  readonly isNested: boolean;
  /** Whether it draws its code. */
  readonly isVariational: boolean;
}

/**
 * The traits of the net that settings stand for.
 *
 * @throws NetTextError for a text that is no net for such images
 */
export function traitsOf(choice: NetChoice, image: ImageShape): NetTraits {
  const net = netOf(choice, image);
  return {
    endsInSigmoid: endsInSigmoid(net),
    endsInSoftmax: endsInSoftmax(net),
    isNested: isNested(net),
    isVariational: isVariational(net),
  };
}

export interface NetProblem {
  readonly message: string;
  /** Those of the text that it is about; empty where it is about all of it. */
  readonly words: string;
}

/** Why a text is no net of settings for images of that shape; null where it is one. */
export function netProblem(text: string, image: ImageShape): NetProblem | null {
  try {
    parseNet(text, image);
    return null;
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
  schema(subject, images) {
    const message = `${subject} must be a line of text.`;
    const line = v.pipe(v.string(message), v.maxLength(LONGEST_TEXT, message));
    if (!images) return v.nullable(line);
    const { height, width, channels } = images;
    const shape = `${height}×${width}×${channels}`;
    return v.nullable(
      v.pipe(
        line,
        v.check(
          (text) => netProblem(text, images) === null,
          ({ input }) =>
            `${subject} is no net for images of ${shape}: ${netProblem(input, images)?.message}`,
        ),
        v.transform((text) => netText(parseNet(text, images))),
      ),
    );
  },
  write: (text) => text ?? OF_PRESET,
  read: (text) => (text === OF_PRESET || text === "" ? null : text),
  isSame: Object.is,
};

/**
 * A choice whose latent size is its own net's: that of its text, or the text with the size wanted.
 *
 * @param wanted a size that the code shall have; undefined for what the text says
 * @throws NetError where the code of the net's text cannot have that size, NetTextError where the
 *   text is no net for such images
 */
export function withNetsSize<T extends NetChoice>(
  choice: T,
  wanted: number | undefined,
  image: ImageShape,
): T {
  if (choice.net === null) return wanted === undefined ? choice : { ...choice, latentSize: wanted };
  const net = parseNet(choice.net, image);
  const size = latentSizeOf(net);
  if (wanted === undefined || wanted === size) return { ...choice, latentSize: size };
  return { ...choice, net: netText(withLatentSize(net, wanted)), latentSize: wanted };
}

/** Why a preset cannot have that size, whatever the images; a net of one's own has its code's. */
export function chosenProblem({
  net,
  latentSize,
}: Pick<NetChoice, "net" | "latentSize">): string | null {
  return net !== null || latentSize <= MOST_CHOSEN ? null : notChosen("The latent size");
}

/**
 * Why settings have no net for images of that shape; null where they have one.
 *
 * A preset may be too large for such images, and an own net's code have another latent size than
 * stands beside it.
 */
export function choiceProblem(choice: NetChoice, image: ImageShape): string | null {
  const { net, latentSize } = choice;
  if (net === null) {
    try {
      checkNet(netOf(choice, image));
      return chosenProblem(choice);
    } catch (error) {
      if (error instanceof NetError) return error.message;
      throw error;
    }
  }
  const size = latentSizeOf(parseNet(net, image));
  return size === latentSize
    ? null
    : `The latent size is ${latentSize}, and the net's code has ${size} numbers.`;
}
