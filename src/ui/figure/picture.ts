/** A small picture in a figure, its pixels sharp at any size. */

import { IMAGE_SIDE } from "../../config/config";
import { make } from "./svg";

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** @param rgba 28 × 28 × 4 bytes */
export function picturePart(rgba: Uint8ClampedArray<ArrayBuffer>, place: Place): SVGElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [IMAGE_SIDE, IMAGE_SIDE];
  canvas.getContext("2d")?.putImageData(new ImageData(rgba, IMAGE_SIDE, IMAGE_SIDE), 0, 0);
  return make("image", {
    ...place,
    href: canvas.toDataURL(),
    preserveAspectRatio: "none",
    style: "image-rendering:pixelated",
  });
}
