/** Which nets the libraries that have no compiler for any net take part with. */

import { layers as stockLayers } from "@tensorflow/tfjs";
import { presetNet } from "../../nets/presets";
import type { NetSpec } from "../../nets/spec";
import { latentSizeOf, summarizeNet } from "../../nets/summary";
import { netText } from "../../nets/text";

const STOCK = new Set(Object.keys(stockLayers).map((name) => name.toLowerCase()));

/** Whether all layers of a net are tfjs's own. */
export function hasStockLayersOnly(net: NetSpec): boolean {
  return summarizeNet(net).layers.every(({ className }) => STOCK.has(className.toLowerCase()));
}

/** How the code ends where a net is a baseline, by its text; null where it is another net. */
export function codeOfBaseline(net: NetSpec): "relu" | "linear" | null {
  const text = netText(net);
  const isPreset = (preset: "baseline" | "baseline-linear") =>
    netText(presetNet(preset, latentSizeOf(net), net.image)) === text;
  if (isPreset("baseline")) return "relu";
  return isPreset("baseline-linear") ? "linear" : null;
}
