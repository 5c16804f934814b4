/** From a picture of a garment to an image as in Fashion-MNIST, step by step. */

import { type GreyPicture, groundOf, onBlack } from "./grey";
import { type Box, crop, fitImage, garmentBox } from "./shape";

/** Each step, so that a page can show them. */
export interface GarmentSteps {
  readonly grey: GreyPicture;
  /** The ground was light: the picture was inverted. */
  readonly inverted: boolean;
  readonly onBlack: GreyPicture;
  /** Where the garment is in the picture. */
  readonly box: Box;
  readonly cropped: GreyPicture;
  /** 784 bytes. */
  readonly image: Uint8Array;
}

/** A picture that no garment can be found in: what is wrong, one sentence. */
export class PictureError extends Error {
  override readonly name = "PictureError";
}

/**
 * Puts the garment on black, crops it, and centres it in 28 × 28 pixels.
 *
 * @throws PictureError where the picture is empty or of one flat colour
 */
export function toGarment(grey: GreyPicture): GarmentSteps {
  if (grey.width < 1 || grey.height < 1) throw new PictureError("The picture has no pixels.");
  const ground = groundOf(grey);
  const dark = onBlack(grey, ground);
  const box = garmentBox(dark);
  if (!box) {
    throw new PictureError(
      "Nothing stands out from the picture’s ground: take one of a garment on a plain, lighter or darker ground.",
    );
  }
  const cropped = crop(dark, box);
  return {
    grey,
    inverted: ground > 127.5,
    onBlack: dark,
    box,
    cropped,
    image: fitImage(cropped),
  };
}
