/** The nets that come with the page, each made for a latent size and images of a shape. */

import type { ImageShape } from "../../math/image-set";
import type { NetSpec } from "../spec";
import { parseNet } from "../text";
import { baseline } from "./baseline";
import { loom, nested } from "./loom";
import { modified } from "./modified";
import { variational } from "./variational";

export const PRESETS = [
  "baseline",
  "baseline-linear",
  "modified",
  "loom",
  "nested",
  "variational",
] as const;
export type PresetName = (typeof PRESETS)[number];

/** What decides which layers a net has, and how large they are. */
export interface NetChoice {
  /** Whose net it is, where it is no net of one's own. */
  readonly preset: PresetName;
  /** Numbers in the code. */
  readonly latentSize: number;
  /** The text of a net of one's own, as `netText` writes it; null for the preset's. */
  readonly net: string | null;
}

type MakeNet = (latentSize: number, image: ImageShape) => NetSpec;

const NETS: Readonly<Record<PresetName, MakeNet>> = {
  baseline: (latentSize, image) => baseline("baseline", "relu", latentSize, image),
  "baseline-linear": (latentSize, image) =>
    baseline("baseline-linear", "linear", latentSize, image),
  modified,
  loom: (latentSize, image) => loom(latentSize, image),
  nested: (latentSize, image) => nested(latentSize, image),
  variational,
};

/** A net that comes with the page. */
export function presetNet(preset: PresetName, latentSize: number, image: ImageShape): NetSpec {
  return NETS[preset](latentSize, image);
}

/**
 * The net that settings stand for, made for images of that shape.
 *
 * @throws NetTextError for a text that is no net for such images
 */
export function netOf({ preset, latentSize, net }: NetChoice, image: ImageShape): NetSpec {
  return net === null ? presetNet(preset, latentSize, image) : parseNet(net, image);
}
