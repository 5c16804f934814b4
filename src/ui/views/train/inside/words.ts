/** What each kind of layer does, in a sentence or two for those who look at one of its numbers. */

import type { LayerKind } from "../../../../nets/kinds";

export const DOES: Readonly<Record<LayerKind, string>> = {
  conv: "A small window of weights, the kernel, slides over the maps that come in. Where it stands, each number under it is multiplied by its weight; all products and a bias are added up.",
  convTranspose:
    "Each number that comes in lays its kernel, multiplied by it, into a larger picture, and where kernels overlap they are added up. Seen from one number of that picture: these are the numbers that reach it, and the weights by which they do.",
  separable:
    "A kernel slides over each map by itself. Each of these sums is then multiplied by one more weight, and all are added up.",
  depthwise:
    "A kernel slides over each map by itself: other maps have no part in what it makes of one.",
  dense:
    "Every number that comes in is multiplied by a weight of its own; all products and a bias are added up.",
  maxPool: "Of each window only the largest number goes on.",
  averagePool: "Of each window the mean goes on.",
  globalPool: "Of each map one number goes on: its largest, or its mean.",
  pad: "Zeros are put around each map. All else goes on as it is.",
  crop: "Rows and columns at the edges are left out. All else goes on as it is.",
  permute: "Each number goes on as it is, to another place: axes change places.",
  upsample:
    "Each map becomes larger: pixels are repeated, or mixed in proportion to how near they are.",
  depthToSpace: "Numbers of several maps come to lie beside each other in one larger map.",
  flatten: "Each number goes on as it is: maps become one long row.",
  reshape: "Each number goes on as it is, in another shape.",
  rescale: "Each number is multiplied by a fixed one, and another is added.",
  activation: "One function is taken of each number.",
  dropout:
    "In training a random part of the numbers becomes 0 in each step, and the others grow to make up for it. Otherwise, as here, each goes on as it is.",
  spatialDropout:
    "In training random maps become 0 as a whole in each step, and the others grow to make up for it. Otherwise, as here, each number goes on as it is.",
  alphaDropout:
    "In training a random part of the numbers becomes SELU’s lowest value in each step. Otherwise, as here, each goes on as it is.",
  gaussianDropout:
    "In training each number is multiplied by a random one around 1. Otherwise, as here, it goes on as it is.",
  gaussianNoise:
    "In training a random number around 0 is added to each. Otherwise, as here, it goes on as it is.",
  nestedDropout:
    "In training the code is cut off at random, so that its first numbers have to say the most. Otherwise, as here, each number goes on as it is.",
  sample:
    "Half of what comes in are means, the other half spreads. In training a random number of that mean and spread is drawn; otherwise, as here, it is the mean.",
  batchNorm:
    "Each map is brought to mean 0 and spread 1, by the means and variances that training has seen; then two learnt numbers stretch it, gamma, and move it, beta.",
  layerNorm:
    "The numbers of each pixel are brought to mean 0 and spread 1; then two learnt numbers stretch each map, gamma, and move it, beta.",
  groupNorm:
    "A group of maps is brought to mean 0 and spread 1; then two learnt numbers stretch each map, gamma, and move it, beta.",
  prelu: "Numbers over 0 go on as they are; those below are multiplied by a slope that is learnt.",
  add: "The numbers that its inputs have at the same place are added up.",
  multiply: "The numbers that its inputs have at the same place are multiplied.",
  subtract: "The second input’s number is taken from the first one’s at the same place.",
  average: "Of the numbers that its inputs have at the same place the mean goes on.",
  maximum: "Of the numbers that its inputs have at the same place the largest goes on.",
  minimum: "Of the numbers that its inputs have at the same place the smallest goes on.",
  concat: "The maps of its inputs come to lie behind each other. Each number goes on as it is.",
};

/** 0.4123 → "0.412", −12.34 → "−12.3": about three digits, as they fit into a cell. */
export function brief(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = value.toFixed(digits);
  // What rounds to 0 has no sign.
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** Digits enough to see that two numbers are the same but for rounding. */
export const exact = (value: number): string => value.toFixed(6).replace("-", "−");
