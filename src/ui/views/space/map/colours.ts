/** What the points of the map are coloured by, and what each colour stands for. */

import { quantile } from "../../../../math/histogram";
import type { Rgb } from "../../../pictures/draw";
import { packed } from "./raster";

export type Scheme = "light" | "dark";

/** A hue for each of ten classes: 3:1 on the page's ground, and apart in lightness too. */
const CLASS_COLOURS: Readonly<Record<Scheme, readonly Rgb[]>> = {
  light: [
    [45, 105, 182],
    [205, 92, 26],
    [61, 138, 64],
    [178, 45, 68],
    [118, 84, 178],
    [130, 92, 52],
    [200, 80, 152],
    [84, 96, 106],
    [142, 126, 16],
    [24, 146, 164],
  ],
  dark: [
    [112, 172, 250],
    [255, 154, 88],
    [126, 210, 132],
    [255, 120, 128],
    [184, 156, 250],
    [214, 168, 116],
    [246, 152, 210],
    [176, 188, 198],
    [226, 208, 76],
    [84, 212, 228],
  ],
};

/** More hues could not be told apart: from the eleventh class on they come again. */
export function classColour(scheme: Scheme, id: number): Rgb {
  const colours = CLASS_COLOURS[scheme];
  return colours[id % colours.length]!;
}

/**
 * From low to high: stretches of viridis (van der Walt & Smith 2015) without the end that the
 * ground would swallow.
 */
const RAMPS: Readonly<Record<Scheme, readonly Rgb[]>> = {
  light: [
    [68, 1, 84],
    [72, 40, 120],
    [62, 74, 137],
    [49, 104, 142],
    [38, 130, 142],
    [31, 158, 137],
    [46, 160, 98],
    [108, 154, 36],
  ],
  dark: [
    [112, 100, 204],
    [78, 112, 186],
    [56, 140, 178],
    [38, 162, 160],
    [53, 183, 121],
    [109, 205, 89],
    [180, 222, 44],
    [253, 231, 37],
  ],
};

/** The ramp as a style sheet's gradient, low to high. */
export const gradient = (scheme: Scheme): string =>
  `linear-gradient(to right, ${RAMPS[scheme].map((rgb) => `rgb(${rgb.join(" ")})`).join(", ")})`;

function rampAt(scheme: Scheme, share: number): number {
  const stops = RAMPS[scheme];
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  const [from, to] = [stops[low]!, stops[low + 1]!];
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(from[channel] + (to[channel] - from[channel]) * (at - low));
  return packed(mix(0), mix(1), mix(2));
}

/** Each image's colour by its class. */
export function coloursOfClasses(scheme: Scheme, labels: Uint8Array): Uint32Array {
  return Uint32Array.from(labels, (label) => packed(...classColour(scheme, label)));
}

/** The ends of the ramp: all but the most extreme hundredth of the values on either side. */
export function endsOf(values: ArrayLike<number>): readonly [number, number] {
  return [quantile(values, 0.01), quantile(values, 0.99)];
}

/** Each image's colour by a value of its own. */
export function coloursOfValues(
  scheme: Scheme,
  values: ArrayLike<number>,
  [low, high]: readonly [number, number],
): Uint32Array {
  const extent = high - low;
  return Uint32Array.from(values, (value) =>
    rampAt(scheme, extent > 0 ? (value - low) / extent : 0.5),
  );
}
