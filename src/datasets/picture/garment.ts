/** From a picture of a garment to an image as in Fashion-MNIST, step by step. */

import { IMAGE_SIDE } from "../fashion-mnist";
import { blur } from "./blur";
import { cutOutGround, opaqueMask } from "./cut-out";
import { type Channels, channelsOf, type GreyPicture, greyOf, type Pixels } from "./grey";
import { differencesFrom, flatGround, groundOf, TOLERANCE } from "./ground";
import { garmentMask, outsideOf, strengths, withoutDust } from "./mask";
import { type OwnForm, ownForm } from "./own-form";
import { type Box, boxOf, crop, fitImage } from "./shape";

/** Each step, so that a page can show them. */
export interface GarmentSteps {
  readonly grey: GreyPicture;
  /** What the garment lies on; "own" is the black, or white, of an image as in the data set. */
  readonly ground: "light" | "dark" | "transparent" | "own";
  /** The garment was darker than the ground: the picture was inverted. */
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
 * What is on the ground's other side than most of the garment, such as a white print on a black
 * shirt on grey, is shown at this share of its strength, and so is what differs in colour more than
 * in brightness: apart from the shirt, and from the ground.
 */
const OTHER_SIDE = 1 / 3;

/**
 * Puts the garment on black, crops it, and centres it in 28 × 28 pixels.
 *
 * The ground is what touches the picture's edge, and whatever differs from it, to either side, is
 * garment; where there is transparency, that is the ground. An image in the data set's own form
 * stays as it is.
 *
 * @throws PictureError where the picture is empty or of one flat colour
 */
export function toGarment(pixels: Pixels): GarmentSteps {
  const { width, height } = pixels;
  if (width < 1 || height < 1) throw new PictureError("The picture has no pixels.");
  const own = ownForm(pixels);
  if (own) return asItIs(pixels, own);

  const opaque = opaqueMask(pixels);
  const through = cutOutGround(pixels, opaque);
  const channels = channelsOf(pixels, through ?? 255);
  const blurred = blur(channels, width);
  const ground =
    through === null ? groundOf(channels, blurred.channels, width) : flatGround(channels, through);
  const differences = differencesFrom(channels, ground);
  const mask =
    through === null
      ? garmentMask(differences, blurred, ground, opaque, width)
      : withoutDust(opaque, width);
  const box = boxOf(mask, width);
  if (!box) {
    throw new PictureError(
      "Nothing stands out from the picture’s ground: take one of a garment on a plain, lighter or darker ground.",
    );
  }
  const grey = greyOf(channels);
  const { values, inverted } = putOnBlack(grey, differences, mask, outsideOf(mask, width));
  const onBlack = { width, height, values };
  const cropped = crop(onBlack, box);
  return {
    grey: { width, height, values: grey },
    ground: through !== null ? "transparent" : inverted ? "light" : "dark",
    inverted,
    onBlack,
    box,
    cropped,
    image: fitImage(cropped),
  };
}

function asItIs(pixels: Pixels, { image, inverted }: OwnForm): GarmentSteps {
  const { width, height } = pixels;
  const whole = { width: IMAGE_SIDE, height: IMAGE_SIDE, values: Float32Array.from(image) };
  return {
    grey: { width, height, values: greyOf(channelsOf(pixels, 255)) },
    ground: "own",
    inverted,
    onBlack: whole,
    box: { x: 0, y: 0, width, height },
    cropped: whole,
    image,
  };
}

/**
 * Distance from the ground, as a share of what is possible: 0 for the ground, 255 for black on a
 * light ground or white on a dark one, as in Fashion-MNIST.
 */
function putOnBlack(
  grey: Float32Array,
  differences: Channels,
  mask: Uint8Array,
  outside: Uint8Array,
): { values: Float32Array; inverted: boolean } {
  const towards = greyOf(differences);
  let sum = 0;
  for (const [at, own] of towards.entries()) if (mask[at]! > 0) sum += own;
  const inverted = sum < 0;
  const inColour = strengths(differences);
  const values = towards.map((own, at) => {
    if (outside[at]! > 0) return 0;
    const ground = grey[at]! - own;
    const reach = Math.max(TOLERANCE, own < 0 ? ground : 255 - ground);
    const share = Math.min(1, Math.abs(own) / reach);
    const isMain = own < 0 === inverted;
    return Math.max(isMain ? 255 * share : OTHER_SIDE * 255 * share, OTHER_SIDE * inColour[at]!);
  });
  return { values, inverted };
}
