/** A net's layers as a graph: which path carries the feature maps, and what goes around it. */

import { IMAGE_INPUT } from "../../../../nets/spec";
import type { LayerSummary } from "../../../../nets/summary";

/** Numbers in a layer's feature maps; 0 for vectors and for pictures of one channel. */
export function mapNumbers({ outputShape }: LayerSummary): number {
  const [height = 0, width = 0, channels = 0] = outputShape;
  return outputShape.length === 3 && channels > 1 ? height * width * channels : 0;
}

/**
 * Layers in an order of reading: each after its inputs, and chains of layers in one piece.
 *
 * The model's own order goes by depth, which mixes branches that run side by side.
 */
export function readingOrder(layers: readonly LayerSummary[]): readonly LayerSummary[] {
  const placed = new Set<string>([IMAGE_INPUT]);
  const order: LayerSummary[] = [];
  const left = new Set(layers);
  while (left.size > 0) {
    const ready = [...left].filter(({ inputs }) => inputs.every((name) => placed.has(name)));
    const last = order.at(-1)?.name ?? IMAGE_INPUT;
    const next = ready.find(({ inputs }) => inputs.includes(last)) ?? ready[0];
    if (!next) throw new RangeError("A layer takes its input from a layer that is not there.");
    placed.add(next.name);
    order.push(next);
    left.delete(next);
  }
  return order;
}

/**
 * Names of the layers on the way from one layer (or the image) to another, both included: of all
 * ways the one with the most numbers in feature maps, then the one with the most layers. Empty
 * where there is no way.
 */
export function mainPath(
  layers: readonly LayerSummary[],
  from: string,
  to: string,
): readonly string[] {
  interface Way {
    readonly names: readonly string[];
    readonly numbers: number;
  }
  const ways = new Map<string, Way>([[from, { names: [from], numbers: 0 }]]);
  const better = (a: Way, b: Way) =>
    a.numbers > b.numbers || (a.numbers === b.numbers && a.names.length > b.names.length);
  for (const layer of readingOrder(layers)) {
    if (ways.has(layer.name)) continue;
    const before = layer.inputs.flatMap((name) => ways.get(name) ?? []);
    const best = before.reduce<Way | null>((a, b) => (a && !better(b, a) ? a : b), null);
    if (!best) continue;
    const numbers = best.numbers + mapNumbers(layer);
    ways.set(layer.name, { names: [...best.names, layer.name], numbers });
  }
  return ways.get(to)?.names ?? [];
}

/** A way around layers of the main path. */
export interface Detour {
  /** Layers of the main path (or the image) that it leaves and comes back to. */
  readonly from: string;
  readonly to: string;
  /** Layers on it, in order; none for a plain skip. */
  readonly through: readonly string[];
}

/** All ways by which inputs reach layers of the path other than along it. */
export function detours(layers: readonly LayerSummary[], path: readonly string[]): Detour[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const onPath = new Set(path);
  const back = (name: string, to: string, through: readonly string[]): Detour[] => {
    if (onPath.has(name)) return [{ from: name, to, through }];
    const inputs = byName.get(name)?.inputs ?? [];
    return inputs.flatMap((input) => back(input, to, [name, ...through]));
  };
  return path.flatMap((name, i) => {
    const others = (byName.get(name)?.inputs ?? []).filter((input) => input !== path[i - 1]);
    return i === 0 ? [] : others.flatMap((input) => back(input, name, []));
  });
}
