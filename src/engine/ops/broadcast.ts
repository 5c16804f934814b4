/** Inputs of different shapes made alike, as where a vector weighs an image's channels. */

import type { Placement, SampleShape } from "../graph";
import type { LayerReader } from "../layer-reader";
import type { RepeatChannelsOperation } from "./depthwise";
import type { UpsampleOperation } from "./upsample";

/** What repeats numbers along axes. */
export type BroadcastOperation = UpsampleOperation | RepeatChannelsOperation;

interface Broadcast {
  readonly operations: readonly BroadcastOperation[];
  /** Tensors of one shape, in the inputs' order. */
  readonly inputs: readonly number[];
  /** Of the operation that takes them. */
  readonly result: number;
}

const AXES = ["height", "width", "channels"] as const;

/**
 * Repeats inputs along each axis along which they have one number and the output more: a vector of n
 * numbers is an image of one pixel. Their gradients are sums along those axes.
 */
export function broadcast(
  reader: LayerReader,
  { layer, inputs, result, output }: Placement,
  shapes: readonly SampleShape[],
): Broadcast {
  const fits = shapes.every((shape) =>
    AXES.every((axis) => shape[axis] === 1 || shape[axis] === output[axis]),
  );
  reader.fits(fits, "its inputs must have the same shape, or one number along an axis");
  const operations: BroadcastOperation[] = [];
  const alike = inputs.map((tensor, place) => {
    const input = shapes[place] ?? output;
    const wide = { ...output, channels: input.channels };
    let made = tensor;
    if (input.height !== output.height || input.width !== output.width) {
      const factors = [output.height / input.height, output.width / input.width] as const;
      const from = { layer, inputs: [made], input, output: wide };
      made = result + operations.length;
      operations.push({ ...from, result: made, kind: "upsample", factors, by: "nearest" });
    }
    if (input.channels !== output.channels) {
      const from = { layer, inputs: [made], input: wide, output };
      made = result + operations.length;
      operations.push({ ...from, result: made, kind: "repeatChannels", times: output.channels });
    }
    return made;
  });
  return { operations, inputs: alike, result: result + operations.length };
}
