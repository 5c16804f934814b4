/** A net as its figure draws it: stages of feature maps on both sides of the latent vector. */

import { IMAGE_INPUT } from "../../../../nets/spec";
import type { LayerSummary, ModelSummary, NetSoFar } from "../../../../nets/summary";
import { detours, mainPath, mapNumbers } from "./graph";

/** Feature maps of one layer, and whatever the next layers do without changing their number. */
export interface Stage {
  readonly id: string;
  /** "Conv 32", "Max pool" */
  readonly name: string;
  /** Of a map. */
  readonly height: number;
  readonly width: number;
  readonly maps: number;
  /** Name of the last layer that it stands for: what its maps show. */
  readonly output: string;
}

/** Where a skip begins or ends: a stage by its number, or the picture or vector before or after. */
export type SkipEnd = number | "start" | "end";

export interface Skip {
  readonly from: SkipEnd;
  readonly to: SkipEnd;
  /** What it does on its way, in words; empty for a plain skip. */
  readonly name: string;
}

/** Encoder (garment to latent vector) or decoder (latent vector to reconstruction). */
export interface HalfNet {
  readonly stages: readonly Stage[];
  readonly skips: readonly Skip[];
  readonly parameters: number;
}

export interface NetDrawing {
  readonly encoder: HalfNet;
  readonly decoder: HalfNet;
  /** The half that a net that cannot be breaks off in; null where nothing does. */
  readonly brokenIn: "encoder" | "decoder" | null;
}

/** Every net has its latent vector in a layer of this name. */
export const LATENT = "latent";

/** Layers that show in the stage before them: they keep its shape. */
const MERGED: ReadonlySet<string> = new Set([
  "Activation",
  "Add",
  "BatchNormalization",
  "Clamp",
  "Dropout",
  "ELU",
  "LeakyReLU",
  "ReLU",
]);

/** Divides a net at its latent vector and follows its feature maps, as far as they go. */
export function drawingOf({
  layers,
  problem = null,
}: ModelSummary & Partial<NetSoFar>): NetDrawing {
  const last = layers.at(-1)?.name ?? IMAGE_INPUT;
  const hasCode = layers.some(({ name }) => name === LATENT);
  const end = hasCode ? LATENT : last;
  const before = ancestors(layers, end);
  const encoder = layers.filter(({ name }) => before.has(name));
  const decoder = layers.filter(({ name }) => !before.has(name));
  return {
    encoder: halfNet(encoder, mainPath(layers, IMAGE_INPUT, end)),
    decoder: halfNet(decoder, mainPath(layers, end, last)),
    brokenIn: problem ? (hasCode ? "decoder" : "encoder") : null,
  };
}

function ancestors(layers: readonly LayerSummary[], name: string): ReadonlySet<string> {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const found = new Set<string>();
  const visit = (each: string): void => {
    if (found.has(each)) return;
    found.add(each);
    byName.get(each)?.inputs.forEach(visit);
  };
  visit(name);
  return found;
}

function halfNet(layers: readonly LayerSummary[], path: readonly string[]): HalfNet {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const stages: Stage[] = [];
  const ends = new Map<string, SkipEnd>();
  const lastMaps = path.findLastIndex((name) => mapNumbers(byName.get(name) ?? NOTHING) > 0);
  for (const [i, name] of path.entries()) {
    const layer = byName.get(name);
    const hasMaps = layer && mapNumbers(layer) > 0;
    if (hasMaps && !MERGED.has(layer.className)) {
      const [height = 0, width = 0, maps = 0] = layer.outputShape;
      const title = stageName(layer, byName.get(path[i - 1] ?? ""));
      stages.push({ id: name, name: title, height, width, maps, output: name });
    } else if (hasMaps && stages.length > 0) {
      stages.push({ ...stages.pop()!, output: name });
    }
    const isBehind = i > lastMaps && i > 0;
    ends.set(name, isBehind ? "end" : stages.length === 0 ? "start" : stages.length - 1);
  }
  const skips = detours(layers, path).map(({ from, to, through }) => ({
    from: ends.get(from) ?? "start",
    to: ends.get(to) ?? "end",
    name: through.some((each) => byName.get(each)?.className === "Dense") ? "one dense layer" : "",
  }));
  return {
    stages,
    skips: skips.filter(({ from, to }) => from !== to),
    parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
  };
}

const NOTHING: LayerSummary = {
  name: "",
  className: "",
  detail: "",
  inputs: [],
  outputShape: [],
  parameters: 0,
  multiplyAdds: 0,
};

function stageName({ className, outputShape }: LayerSummary, before?: LayerSummary): string {
  const maps = outputShape[2] ?? 0;
  switch (className) {
    case "Conv2D":
      return `Conv ${maps}`;
    case "Conv2DTranspose":
      return `Deconv ${maps}`;
    case "MaxPooling2D":
      return "Max pool";
    case "AveragePooling2D":
      return "Mean pool";
    case "UpSampling2D":
      return "Upsample";
    case "Concatenate":
      return `Join ${maps}`;
    // Shorter than in the table: a stage may be 70 pixels wide.
    case "DepthToSpace":
      return "Shuffle";
    case "DepthwiseConv2D":
      return `Depthwise ${maps}`;
    case "SeparableConv2D":
      return `Separable ${maps}`;
    case "GlobalAveragePooling2D":
      return "Means";
    case "GlobalMaxPooling2D":
      return "Maxima";
    case "ZeroPadding2D":
      return "Zeros";
    case "Cropping2D":
      return "Crop";
    case "Reshape":
      return before?.className === "Dense" ? "Dense" : "Reshape";
    default:
      return className;
  }
}
