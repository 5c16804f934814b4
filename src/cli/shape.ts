/** An option for the images that a net is made for. */

import { FASHION_MNIST } from "../datasets/fashion-mnist";
import type { ImageShape } from "../math/image-set";
import type { Option } from "./args";

const { height, width, channels } = FASHION_MNIST;

/** "28x28x1" */
export const shapeText = (image: ImageShape): string =>
  `${image.height}x${image.width}x${image.channels}`;

/** Images' height, width and channels, as 28x28x1. */
export const SHAPE: Option<ImageShape> = {
  kind: "value",
  placeholder: "HxWxC",
  help: "Images that it takes: 8 to 64 pixels down and across, 1 or 3 channels",
  fallback: { height, width, channels },
  standard: shapeText(FASHION_MNIST),
  required: false,
  read(given) {
    const [, ...sides] = /^(\d{1,2})x(\d{1,2})x([13])$/.exec(given) ?? [];
    const [down = 0, across = 0, planes = 0] = sides.map(Number);
    const isSide = (side: number) => side >= 8 && side <= 64;
    if (!isSide(down) || !isSide(across)) {
      throw new RangeError("a shape from 8x8x1 to 64x64x3, with 1 or 3 channels");
    }
    return { height: down, width: across, channels: planes };
  },
};
