/** The nets that come with the page, each made for a latent size and images of a shape. */

import type { NetChoice, PresetName } from "../../config/config";
import type { ImageShape } from "../../math/image-set";
import type { NetSpec } from "../spec";
import { baseline } from "./baseline";
import { loom, nested } from "./loom";
import { modified } from "./modified";

type MakeNet = (latentSize: number, image: ImageShape) => NetSpec;

const NETS: Readonly<Record<PresetName, MakeNet>> = {
  baseline: (latentSize, image) => baseline("baseline", "relu", latentSize, image),
  "baseline-linear": (latentSize, image) =>
    baseline("baseline-linear", "linear", latentSize, image),
  modified,
  loom: (latentSize, image) => loom(latentSize, image),
  nested: (latentSize, image) => nested(latentSize, image),
};

/**
 * The net that settings stand for, made for images of that shape.
 *
 * @throws RangeError for images whose sides the preset cannot halve
 */
export function netOf({ preset, latentSize }: NetChoice, image: ImageShape): NetSpec {
  return NETS[preset](latentSize, image);
}
