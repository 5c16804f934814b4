/** Garments drawn by code, in Fashion-MNIST's format: for where the real images cannot be had. */

import { sizeOf } from "../math/image-set";
import { createRng, type Rng } from "../math/rng";
import type { Dataset } from "./dataset";
import { SYNTHETIC_GARMENTS } from "./fashion-mnist";
import { drawBag, drawBoot, drawSandal, drawSneaker } from "./garments/accessories";
import { Canvas } from "./garments/canvas";
import { drawCoat, drawDress, drawPullover, drawShirt, drawTShirt } from "./garments/tops";
import { drawTrousers } from "./garments/trousers";

/** By class id, as FASHION_MNIST names them. */
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
  const size = sizeOf(SYNTHETIC_GARMENTS);
  const images = new Uint8Array(count * size);
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
      canvas.writeTo(images, index * size);
      labels[index] = label;
      index++;
    }
  }
  const spec = SYNTHETIC_GARMENTS;
  return { spec, shape: spec, classes: [...classes], count, images, labels };
}
