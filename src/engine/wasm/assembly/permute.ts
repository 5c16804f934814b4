/** Axes of an image in another order. */

import { floatBytes } from "./bytes";
import { transposeRows } from "./copy";
import { Permute } from "./generated/records";

/**
 * Height, width and channels are those that are made; steps are what lies between two of each in
 * `from`. Channels that stay channels are copied; else an axis takes their place, and the two are
 * transposed for each step of the third.
 */
export function permute(args: Permute): void {
  const width = args.width;
  const channels = args.channels;
  const pixel = floatBytes(channels);
  const down = args.stepDown;
  const across = args.stepAcross;
  const deep = args.stepDeep;
  if (deep == 4) {
    for (let row = 0; row < args.height; row++) {
      let from = args.from + <usize>row * down;
      let to = args.to + <usize>row * args.toPitch;
      for (let column = width; column > 0; column--) {
        memory.copy(to, from, pixel);
        from += across;
        to += pixel;
      }
    }
  } else if (across == 4) {
    for (let row = 0; row < args.height; row++) {
      const to = args.to + <usize>row * args.toPitch;
      transposeRows(args.from + <usize>row * down, deep, to, pixel, channels, 0, width);
    }
  } else {
    for (let column = 0; column < width; column++) {
      const to = args.to + <usize>column * pixel;
      const from = args.from + <usize>column * across;
      transposeRows(from, deep, to, args.toPitch, channels, 0, args.height);
    }
  }
}
