/** Which buffers of an event change hands instead of being copied. */

import type { Checkpoint } from "../runs/checkpoint";
import type { Command, LayerInside, WorkerEvent } from "./messages";

/**
 * Buffers to transfer with an event: pixels, losses, weights and figures of every image.
 *
 * The sender loses them, so an event must own its arrays: no view of a buffer that is needed again.
 */
export function transferList(event: WorkerEvent): ArrayBuffer[] {
  switch (event.type) {
    case "dataset":
      return owned(event.previewOriginals.pixels);
    case "preview":
    case "pca":
      return owned(event.reconstructions.pixels);
    case "steps":
      return owned(event.losses);
    case "activations":
      return event.layers.flatMap(({ values }) => owned(values));
    case "codes":
      return owned(event.codes);
    case "inside":
      return insideArrays(event.inside);
    case "checkpoint":
      return checkpointArrays(event.checkpoint);
    case "finished":
      return [event.test.ssim, event.test.ssimWriteup, event.test.mse].flatMap(owned);
    default:
      return [];
  }
}

/** Buffers to transfer with a command: a checkpoint's, 26 MB for the baseline, or weights. */
export function commandTransferList(command: Command): ArrayBuffer[] {
  if (command.type === "look") return owned(command.weights);
  return command.type === "start" && command.checkpoint ? checkpointArrays(command.checkpoint) : [];
}

function checkpointArrays({ weights, best, m, v, a }: Checkpoint): ArrayBuffer[] {
  return [weights, ...(best ? [best] : []), m, v, ...(a ? [a] : [])].flatMap(owned);
}

function insideArrays(inside: LayerInside | null): ArrayBuffer[] {
  if (!inside) return [];
  const { inputs, output, weights, start } = inside;
  const all = [...inputs, output, ...Object.values(weights), ...Object.values(start ?? {})];
  return all.flatMap(({ values }) => owned(values));
}

/** A SharedArrayBuffer cannot be transferred: it is shared anyway. */
function owned(values: Uint8Array | Float32Array): ArrayBuffer[] {
  return values.buffer instanceof ArrayBuffer ? [values.buffer] : [];
}
