/**
 * In training some numbers become 0, or all of some channels, and the others grow: see the mask's
 * words in philox.ts.
 */

import { alphaDropout } from "../../../math/philox";
import type { GraphNode } from "../../graph";
import type { LayerReader } from "../../layer-reader";
import { backwardOf, type OperationKind } from "../kind";

export interface DropoutOperation extends GraphNode {
  readonly kind: "dropout";
  readonly rate: number;
  /** Which stream it draws from. */
  readonly number: number;
  /** Whether it is each channel of an image, rather than each number, that is kept or not. */
  readonly byChannel: boolean;
  /** A number that is kept is multiplied by the scale, and then the offset is added. */
  readonly scale: number;
  readonly offset: number;
  /** What one becomes that is not. */
  readonly dropped: number;
  /** On the way back: that whose numbers were kept or not. */
  readonly of?: DropoutOperation;
}

function readRate(reader: LayerReader): number {
  const rate = reader.number("rate");
  if (!(rate >= 0 && rate < 1)) reader.problem("its rate must be at least 0 and below 1");
  reader.forbid("noiseShape");
  // Masks are drawn from the trainer's seed: with the layer's own, tfjs repeats one for ever.
  reader.ignore("seed");
  return rate;
}

function plain(reader: LayerReader) {
  const rate = readRate(reader);
  const number = reader.streamNumber();
  return { kind: "dropout", rate, number, scale: 1 / (1 - rate), offset: 0, dropped: 0 } as const;
}

export const dropout: OperationKind<DropoutOperation, DropoutOperation> = {
  layers: {
    Dropout: (reader, node) => ({ ...node, ...plain(reader), byChannel: false }),
    SpatialDropout2D: (reader, node) => ({ ...node, ...plain(reader), byChannel: true }),
    AlphaDropout(reader, node) {
      const rate = readRate(reader);
      const number = reader.streamNumber();
      return { ...node, kind: "dropout", rate, number, byChannel: false, ...alphaDropout(rate) };
    },
  },
  // Philox draws the same words again where a device has not kept the mask.
  gradient: (of, dy, tape) => {
    const { rate, number, byChannel, scale } = of;
    const mask = { rate, number, byChannel, scale, offset: 0, dropped: 0 };
    return [tape.push({ ...backwardOf(of, dy), kind: "dropout", ...mask, of })];
  },
};
