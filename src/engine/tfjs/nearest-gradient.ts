/**
 * The gradient of nearest-neighbour up-sampling on tfjs's cpu backend, mended.
 *
 * tfjs 4.22's own kernel finds image b of the incoming gradient with the batch stride of the
 * smaller outgoing one, so that every image but the first gets gradients of another: training
 * through UpSampling2D goes wrong for any batch over 1. Finite differences show it.
 */

import * as tf from "@tensorflow/tfjs";

const KERNEL = "ResizeNearestNeighborGrad";

/** Of a tensor of images. */
interface ImagesShape {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly depth: number;
}

function shapeOf([images = 0, height = 0, width = 0, depth = 0]: readonly number[]): ImagesShape {
  return { images, height, width, depth };
}

/** Sums, into each pixel of `images`' shape, the gradients of the pixels that were copied from it. */
function gradient(
  dy: ArrayLike<number>,
  { height, width, depth }: ImagesShape,
  { images: batch, height: dyHeight, width: dyWidth }: ImagesShape,
): Float32Array {
  const dx = new Float32Array(batch * height * width * depth);
  let at = 0;
  for (let image = 0; image < batch; image++) {
    for (let y = 0; y < dyHeight; y++) {
      const row = (image * height + Math.floor((y * height) / dyHeight)) * width;
      for (let x = 0; x < dyWidth; x++) {
        const pixel = (row + Math.floor((x * width) / dyWidth)) * depth;
        for (let c = 0; c < depth; c++) dx[pixel + c]! += dy[at++]!;
      }
    }
  }
  return dx;
}

/** Replaces the kernel, once; later calls do nothing. */
export function mendNearestGradient(): void {
  const theirs = tf.getKernel(KERNEL, "cpu");
  if (!theirs || theirs.kernelFunc === mended) return;
  tf.unregisterKernel(KERNEL, "cpu");
  tf.registerKernel({ kernelName: KERNEL, backendName: "cpu", kernelFunc: mended });
}

const mended: tf.KernelFunc = ({ inputs, backend, attrs }) => {
  if (attrs?.alignCorners) throw new Error(`${KERNEL} with alignCorners is not supported.`);
  const { images, dy } = inputs as Record<"images" | "dy", tf.TensorInfo>;
  const values = (backend as tf.KernelBackend).readSync(dy.dataId) as Float32Array;
  const dx = gradient(values, shapeOf(images.shape), shapeOf(dy.shape));
  const dataId = (backend as tf.KernelBackend).write(dx, images.shape, "float32");
  return { dataId, shape: images.shape, dtype: "float32" };
};
