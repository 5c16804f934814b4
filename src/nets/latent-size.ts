/** Nets with codes of another size. */

import { inputsOf, type NetSpec } from "./spec";
import { NetError } from "./summary";

/**
 * The same net with a code of that many numbers: the dense layers that make it get as many units.
 *
 * Sums, activations, scalings, normalisation and dropout between them and the code are looked
 * through; all else of the net stays, so that its other layers start from the same weights.
 * @throws NetError where something else makes the code, such as a convolution
 */
export function withLatentSize(net: NetSpec, latentSize: number): NetSpec {
  const places = new Map(net.layers.map(({ name }, place) => [name, place]));
  const resized = new Set<number>();
  const waiting = [net.code];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const place = places.get(name);
    const layer = place === undefined ? undefined : net.layers[place];
    if (place === undefined || !layer) throw fixed(net);
    switch (layer.kind) {
      case "dense":
        resized.add(place);
        break;
      case "add":
      case "activation":
      case "rescale":
      case "batchNorm":
      case "dropout":
      case "nestedDropout":
        waiting.push(...inputsOf(net, place));
        break;
      default:
        throw fixed(net);
    }
  }
  const layers = net.layers.map((layer, place) =>
    layer.kind === "dense" && resized.has(place) ? { ...layer, units: latentSize } : layer,
  );
  return { ...net, layers };
}

const fixed = ({ code }: NetSpec): NetError =>
  new NetError(
    `The size of the code "${code}" follows from the layers before it: only a dense layer's can be chosen.`,
  );
