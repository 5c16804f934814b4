/** Which pixels of its input a layer looks at for one pixel of its output. */

import type { LayerSpec, Sides } from "../../../../nets/spec";

/** A row or column of the input, and the row or column of the kernel that it meets. */
export interface Tap {
  /** May lie outside the input. */
  readonly at: number;
  readonly tap: number;
}

interface Sliding {
  readonly size: Sides;
  readonly stride: Sides;
  readonly dilation: Sides;
  readonly padding: "same" | "valid";
}

type Slid = Extract<
  LayerSpec,
  { kind: "conv" | "convTranspose" | "depthwise" | "separable" | "maxPool" | "averagePool" }
>;

function slidingOf(spec: Slid): Sliding {
  if (spec.kind === "maxPool" || spec.kind === "averagePool") {
    const { size, stride = size, padding = "valid" } = spec;
    return { size, stride, dilation: [1, 1], padding };
  }
  const { kernel, stride = [1, 1], padding } = spec;
  const dilation = "dilation" in spec && spec.dilation ? spec.dilation : ([1, 1] as const);
  return { size: kernel, stride, dilation, padding };
}

/**
 * Taps along one axis, 0 down and 1 across, in the input's order.
 *
 * @param input pixels of the input along it
 * @param output and of the output
 * @param place of the pixel that is made
 */
export function tapsOf(
  spec: Slid,
  axis: 0 | 1,
  input: number,
  output: number,
  place: number,
): readonly Tap[] {
  const { size, stride, dilation, padding } = slidingOf(spec);
  const [side, step, apart] = [size[axis], stride[axis], dilation[axis]];
  const reach = (side - 1) * apart + 1;
  if (spec.kind === "convTranspose") {
    // Pixel i sends its value times tap t to pixel i · step + t of a larger image, which is then cut.
    const cut = padding === "same" ? Math.max(0, (input - 1) * step + reach - output) : 0;
    const landing = place + Math.floor(cut / 2);
    return Array.from({ length: side }, (_, t) => ({ at: (landing - t) / step, tap: t }))
      .filter(({ at }) => Number.isInteger(at))
      .reverse();
  }
  // What is missing is put around, the larger half behind.
  const missing = padding === "same" ? Math.max(0, (output - 1) * step + reach - input) : 0;
  const first = place * step - Math.floor(missing / 2);
  return Array.from({ length: side }, (_, t) => ({ at: first + t * apart, tap: t }));
}

/** Pixels between which a new one lies, with the share that each has in it. */
export function sharesOf(
  by: "bilinear" | "bilinearTfjs",
  factor: number,
  input: number,
  place: number,
): readonly { readonly at: number; readonly share: number }[] {
  // By the pixels' middles, or by their corners.
  const exact = by === "bilinear" ? (place + 0.5) / factor - 0.5 : place / factor;
  const within = Math.min(input - 1, Math.max(0, exact));
  const before = Math.floor(within);
  const share = within - before;
  return share === 0
    ? [{ at: before, share: 1 }]
    : [
        { at: before, share: 1 - share },
        { at: before + 1, share },
      ];
}
