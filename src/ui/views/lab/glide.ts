/** The slider moving by itself: all sizes one after another, evenly by octaves. */

import type { Lab } from "../../../state/lab/lab";
import { toPosition, toSize } from "../../kit/sizeScale";

interface Glide {
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  /** It has arrived, or a hand on the slider has taken over. */
  readonly onEnd?: () => void;
}

/** Moves the lab's slider, a step in each frame; returns the way to end that. */
export function glide(lab: Lab, { from, to, seconds, onEnd }: Glide): () => void {
  const [first, last] = [toPosition(from), toPosition(to)];
  let begun: number | null = null;
  let shown = lab.store.getState().kept;
  let frame = requestAnimationFrame(function move(now) {
    begun ??= now;
    const { kept, net } = lab.store.getState();
    const share = Math.min(1, (now - begun) / (1000 * seconds));
    if (kept !== shown || share === 1) onEnd?.();
    if (kept !== shown) return;
    shown = toSize(first + share * (last - first), net?.config.latentSize ?? to);
    lab.setKept(shown);
    if (share < 1) frame = requestAnimationFrame(move);
  });
  return () => cancelAnimationFrame(frame);
}
