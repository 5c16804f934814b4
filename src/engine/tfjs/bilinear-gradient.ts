/**
 * The gradient of bilinear up-sampling on tfjs's cpu backend, mended.
 *
 * tfjs 4.22's own kernel says that its result is as high as it is wide, and as wide as high: what
 * comes of images that are not square cannot be gone on with.
 */

import * as tf from "@tensorflow/tfjs";

const KERNEL = "ResizeBilinearGrad";

let isMended = false;

/** Replaces the kernel, once; later calls do nothing. */
export function mendBilinearGradient(): void {
  const theirs = tf.getKernel(KERNEL, "cpu");
  if (isMended || !theirs) return;
  isMended = true;
  tf.unregisterKernel(KERNEL, "cpu");
  tf.registerKernel({
    ...theirs,
    kernelFunc(given) {
      const { images } = given.inputs as { readonly images: tf.TensorInfo };
      const info = theirs.kernelFunc(given) as tf.TensorInfo;
      return { ...info, shape: images.shape };
    },
  });
}
