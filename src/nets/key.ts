/** What tells nets apart: by their layers and the images they are made for, whoever wrote them. */

import type { ImageShape } from "../math/image-set";
import { createRng } from "../math/rng";
import { type NetChoice, netOf } from "./presets";
import { netText } from "./text";

/** Characters of a net's text from which on its hash stands for it. */
const LONG = 100;

/** Keys that are kept: a page compares the same few nets many times a second. */
const MOST_KEPT = 200;
const kept = new Map<string, string>();

/**
 * Equal keys, equal nets: the image's shape and the net's text, or the text's hash where it is long.
 *
 * A preset and its text written out have one key. A choice that is no net for such images has one of
 * its own.
 */
export function netKey({ preset, latentSize, net }: NetChoice, image: ImageShape): string {
  const shape = `${image.height}x${image.width}x${image.channels}`;
  const asked = `${shape} ${net ?? `${preset} ${latentSize}`}`;
  const known = kept.get(asked);
  if (known !== undefined) return known;
  const key = `${shape} ${keyOfText(textOf({ preset, latentSize, net }, image) ?? asked)}`;
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(asked, key);
  return key;
}

/** Whether two choices are one net for images of that shape. */
export function sameNet(a: NetChoice, b: NetChoice, image: ImageShape): boolean {
  return netKey(a, image) === netKey(b, image);
}

/** A long text's 128 bits are a generator's, which spreads them well: nobody forges keys here. */
function keyOfText(text: string): string {
  if (text.length <= LONG) return text;
  const rng = createRng(0, text);
  return Array.from({ length: 4 }, () => rng.uint32().toString(16).padStart(8, "0")).join("");
}

/** Null for what is no net for such images. */
function textOf(choice: NetChoice, image: ImageShape): string | null {
  try {
    return netText(netOf(choice, image));
  } catch {
    return null;
  }
}
