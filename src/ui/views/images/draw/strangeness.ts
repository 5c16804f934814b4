/** How an image's error compares with those of the images that were trained on, in words. */

export interface Strangeness {
  readonly title: string;
  readonly text: string;
}

/** @param rank share of the training images with a smaller error */
export function strangeness(rank: number): Strangeness {
  if (rank >= 0.995) {
    return {
      title: "Strange",
      text: "Hardly any garment of the training images comes back this badly: this is something new.",
    };
  }
  if (rank >= 0.95) {
    return {
      title: "Unusual",
      text: "Only a few garments of the training images come back worse.",
    };
  }
  return { title: "Familiar", text: "Garments of the training images come back about as well." };
}
