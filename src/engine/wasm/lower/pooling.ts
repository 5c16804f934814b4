/** Pooling's windows, as kernels are told them. */

import type { SampleShape } from "../../graph";
import type { Windows } from "../../ops/pooling";

/**
 * Windows over an image.
 *
 * @param pooled of which there is a pixel for each window
 */
export function windowArguments(
  { size, strides, padding }: Windows,
  image: SampleShape,
  pooled: SampleShape,
) {
  return {
    ...image,
    windowsDown: pooled.height,
    windowsAcross: pooled.width,
    windowHeight: size[0],
    windowWidth: size[1],
    strideDown: strides[0],
    strideAcross: strides[1],
    top: padding[0],
    left: padding[1],
  };
}
