/** Pictures whose ground is transparent: the garment is cut out already. */

import type { Pixels } from "./grey";
import { TOLERANCE } from "./ground";

/** With as large a share of its pixels transparent a picture is cut out; less are rounded corners. */
const CLEAR_SHARE = 0.01;
/** With as large a share of its outline near white a garment is lost on white; so with black. */
const LOST_SHARE = 0.1;
const NEAR = 0.1 * 255;

/** 1 for each pixel that shows, be it faintly. */
export function opaqueMask({ rgba }: Pixels): Uint8Array {
  const mask = new Uint8Array(rgba.length / 4);
  for (let at = 0; at < mask.length; at++) mask[at] = Number(rgba[4 * at + 3]! > TOLERANCE);
  return mask;
}

/**
 * The grey that a garment which is cut out is laid on: white, as the photographs of Fashion-MNIST
 * were; black where its outline would be lost on white; between them where it would be on both.
 *
 * @param opaque which pixels show, by `opaqueMask`
 * @returns 0 to 255, or null where the picture has a ground of its own
 */
export function cutOutGround({ width, height, rgba }: Pixels, opaque: Uint8Array): number | null {
  const shown = opaque.reduce((sum, own) => sum + own, 0);
  if (opaque.length - shown < CLEAR_SHARE * opaque.length) return null;
  let [outline, light, dark] = [0, 0, 0];
  for (let at = 0; at < opaque.length; at++) {
    if (opaque[at] === 0) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    const isInside =
      x > 0 &&
      y > 0 &&
      x < width - 1 &&
      y < height - 1 &&
      opaque[at - 1]! + opaque[at + 1]! + opaque[at - width]! + opaque[at + width]! === 4;
    if (isInside) continue;
    const [red, green, blue] = rgba.subarray(4 * at, 4 * at + 3);
    outline += 1;
    if (Math.min(red!, green!, blue!) > 255 - NEAR) light += 1;
    if (Math.max(red!, green!, blue!) < NEAR) dark += 1;
  }
  if (light < LOST_SHARE * outline) return 255;
  return dark < LOST_SHARE * outline ? 0 : 127.5;
}
