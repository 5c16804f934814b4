/** Nets with codes of another size. */

import { inputsOf, type NetSpec } from "./spec";
import { NetError } from "./summary";

/**
 * The same net with a code of that many numbers: the dense layers that make it get as many units.
 *
 * Sums, activations, scalings, normalisation, dropout and samples between them and the code are looked
 * through, a sample's with twice as many; all else of the net stays, so that its other layers start from the same weights.
 * @throws NetError where something else makes the code, such as a convolution
 */
export function withLatentSize(net: NetSpec, latentSize: number): NetSpec {
  const places = new Map(net.layers.map(({ name }, place) => [name, place]));
  /** Units by the places of dense layers. */
  const resized = new Map<number, number>();
  const waiting = [{ name: net.code, size: latentSize }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { name, size } = next;
    const place = places.get(name);
    const layer = place === undefined ? undefined : net.layers[place];
    if (place === undefined || !layer) throw fixed(net);
    switch (layer.kind) {
      case "dense":
        resized.set(place, size);
        break;
      case "add":
      case "activation":
      case "rescale":
      case "batchNorm":
      case "dropout":
      case "nestedDropout":
        waiting.push(...inputsOf(net, place).map((input) => ({ name: input, size })));
        break;
      case "sample":
        waiting.push(...inputsOf(net, place).map((input) => ({ name: input, size: 2 * size })));
        break;
      default:
        throw fixed(net);
    }
  }
  const layers = net.layers.map((layer, place) =>
    layer.kind === "dense" ? { ...layer, units: resized.get(place) ?? layer.units } : layer,
  );
  return { ...net, layers };
}

const fixed = ({ code }: NetSpec): NetError =>
  new NetError(
    `The size of the code "${code}" follows from the layers before it: only a dense layer's can be chosen.`,
  );
