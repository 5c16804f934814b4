/** Pooling's windows over an image, in WGSL: the pixels of a window, and the windows of a pixel. */

import type { SampleShape } from "../../graph";
import type { Windows } from "../../ops/pooling";
import { wgsl } from "../wgsl";

/**
 * `pixels_y(row)` of a row of windows: its first row of pixels in the image, and the one behind its
 * last; `windows_y(row)` of a row of pixels: the first and the last row of windows that it can be
 * in. Likewise `_x` of columns.
 */
export function windowFunctions(
  { size, strides, padding }: Windows,
  image: SampleShape,
  pooled: SampleShape,
): string {
  const along = (axis: "x" | "y", place: 0 | 1, pixels: number, windows: number) => {
    const [side, stride, before] = [size[place], strides[place], padding[place]];
    return wgsl`
      fn pixels_${axis}(window: u32) -> vec2<i32> {
        let first = i32(window) * ${stride} - ${before};
        return vec2<i32>(max(first, 0), min(first + ${side}, ${pixels}));
      }
      fn windows_${axis}(pixel: u32) -> vec2<i32> {
        let padded = i32(pixel) + ${before};
        return vec2<i32>(max(0, (padded - ${side} + ${stride}) / ${stride}), min(${windows - 1}, padded / ${stride}));
      }
    `;
  };
  return wgsl`
    ${along("y", 0, image.height, pooled.height)}
    ${along("x", 1, image.width, pooled.width)}
  `;
}
