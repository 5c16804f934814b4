/** What images a model takes. */

import type { LayersModel } from "@tensorflow/tfjs";
import type { ImageShape } from "../core/image-set";

/** @throws RangeError for a model whose first input is no image of known size */
export function imageShapeOf({ name, inputs }: LayersModel): ImageShape {
  const [, height, width, channels] = inputs[0]?.shape ?? [];
  if (!height || !width || !channels) {
    throw new RangeError(`The model ${name} takes no images of a known size.`);
  }
  return { height, width, channels };
}
