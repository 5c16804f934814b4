/** The kinds of codes that are set side by side. */

import type { Cloud, Samples } from "../../../../protocol/inference";

export interface Kind {
  readonly name: string;
  /** @param items what the images are called: "garments" */
  title(items: string): string;
  readonly words: string;
  of(samples: Samples): Cloud;
}

export const KINDS: readonly Kind[] = [
  {
    name: "real",
    title: (items) => `Real ${items}`,
    words: "test images, there and back",
    of: ({ heldOut }) => heldOut,
  },
  {
    name: "fitted",
    title: () => "The fitted Gaussian",
    words: "all means and covariances",
    of: ({ clouds }) => clouds.fitted,
  },
  {
    name: "independent",
    title: () => "Each number by itself",
    words: "means and variances alone",
    of: ({ clouds }) => clouds.independent,
  },
  {
    name: "unit",
    title: () => "N(0, 1)",
    words: "what a variational net is sampled from",
    of: ({ clouds }) => clouds.unit,
  },
];
