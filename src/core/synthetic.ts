/** Garments drawn by code, in Fashion-MNIST's format: for where the real images cannot be had. */

import { IMAGE_PIXELS } from "./config";
import type { Dataset } from "./dataset";
import { drawBag, drawBoot, drawSandal, drawSneaker } from "./garments/accessories";
import { Canvas } from "./garments/canvas";
import { drawCoat, drawDress, drawPullover, drawShirt, drawTShirt } from "./garments/tops";
import { drawTrousers } from "./garments/trousers";
import { createRng, type Rng } from "./rng";

/** By class id, as in CLASS_NAMES. */
const DRAWINGS: readonly ((canvas: Canvas, rng: Rng) => void)[] = [
  drawTShirt,
  drawTrousers,
  drawPullover,
  drawDress,
  drawCoat,
  drawSandal,
  drawShirt,
  drawSneaker,
  drawBag,
  drawBoot,
];

/**
 * Draws `perClass` garments of each class.
 *
 * Image i of a class depends on the class, i and the seed alone: other classes and numbers of
 * images leave it as it is.
 * @param classes ids 0 to 9, in the order that the images are wanted in
 * @throws RangeError for an unknown class
 */
export function syntheticDataset(
  classes: readonly number[],
  perClass: number,
  seed: number,
): Dataset {
  const count = classes.length * perClass;
  const images = new Uint8Array(count * IMAGE_PIXELS);
  const labels = new Uint8Array(count);
  const canvas = new Canvas();
  let index = 0;
  for (const label of classes) {
    const draw = DRAWINGS[label];
    if (!draw) throw new RangeError(`There is no class ${label}: ids are 0 to 9.`);
    for (let i = 0; i < perClass; i++) {
      const rng = createRng(seed, `garment/${label}/${i}`);
      canvas.clear();
      draw(canvas, rng);
      canvas.addGrain(rng, 0.06);
      canvas.writeTo(images, index * IMAGE_PIXELS);
      labels[index] = label;
      index++;
    }
  }
  return { source: "synthetic", classes: [...classes], count, images, labels };
}
