/** 1 − SSIM over a batch, by operations whose gradients tfjs has. */

import * as tf from "@tensorflow/tfjs";
import type { SsimProtocol } from "../../metrics/ssim-protocols";

/** An image for each channel; of images of one channel the same. */
function channelsApart(images: tf.Tensor4D): tf.Tensor4D {
  const [count, height, width, channels] = images.shape;
  if (channels === 1) return images;
  return images.transpose([0, 3, 1, 2]).reshape([count * channels, height, width, 1]);
}

/** Weighted means over all windows inside images of one channel; both passes are convolutions. */
function filter(images: tf.Tensor4D, taps: readonly number[]): tf.Tensor4D {
  const side = taps.length;
  const down = tf.tensor4d([...taps], [side, 1, 1, 1]);
  const along = tf.tensor4d([...taps], [1, side, 1, 1]);
  return tf.conv2d(tf.conv2d(images, down, 1, "valid"), along, 1, "valid");
}

/**
 * Mean of 1 − SSIM over all windows of all images and channels.
 *
 * With d = x − y and means μ over a window it is u + w − uw, u = μd² / (μx² + μy² + C1) and
 * w = f (E[d²] − μd²) / (f (E[x² + y²] − μx² − μy²) + C2): Wang et al.'s formula (2004), put so
 * that in single precision little cancels where x and y are alike.
 *
 * @param images,originals [images, height, width, channels], at least a window high and wide
 */
export function ssimLoss(
  { taps, covarianceFactor, c1, c2 }: SsimProtocol,
  images: tf.Tensor4D,
  originals: tf.Tensor4D,
): tf.Scalar {
  const [outputs, targets] = [channelsApart(images), channelsApart(originals)];
  const difference = outputs.sub<tf.Tensor4D>(targets);
  const squares = outputs.square().add<tf.Tensor4D>(targets.square());
  // Filtered together: two convolutions in all.
  const maps = tf.concat([outputs, targets, difference.square<tf.Tensor4D>(), squares]);
  const [x, y, meanOff, meanSquares] = tf.split(filter(maps, taps), 4);
  const dd = x!.sub(y!).square();
  const energy = x!.square().add(y!.square());
  const u = dd.div(energy.add(c1));
  const variances = meanSquares!.sub(energy).mul(covarianceFactor);
  const w = meanOff!.sub(dd).mul(covarianceFactor).div(variances.add(c2));
  return u.add(w).sub(u.mul(w)).mean<tf.Scalar>();
}
