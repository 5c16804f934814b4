/** Fashion-MNIST (Xiao et al. 2017), and the garments drawn by code that stand in for it. */

import type { DataSpec } from "./dataset";

/** Images are 28 × 28 pixels, one byte each, row by row. */
export const IMAGE_SIDE = 28;
export const IMAGE_PIXELS = IMAGE_SIDE * IMAGE_SIDE;

/** The ten classes, by id. */
const CLASS_NAMES = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
] as const;

const GARMENTS = {
  id: "fashion-mnist",
  title: "Fashion-MNIST",
  height: IMAGE_SIDE,
  width: IMAGE_SIDE,
  channels: 1,
  classNames: CLASS_NAMES,
  itemName: "garment",
} as const;

/** 70,000 grey images of 28 × 28 pixels, 7,000 a class, 1,000 of them the set's own test part. */
export const FASHION_MNIST = {
  ...GARMENTS,
  source: "fashion-mnist",
  testCounts: CLASS_NAMES.map(() => 1000),
} as const satisfies DataSpec;

/** Where the real images cannot be had: of the same shape and classes, and always labelled. */
export const SYNTHETIC_GARMENTS = {
  ...GARMENTS,
  title: "Synthetic garments",
  source: "synthetic",
} as const satisfies DataSpec;
