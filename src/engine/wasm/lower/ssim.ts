/** The SSIM of one image on the WASM device. */

import type { SsimProtocol } from "../../../metrics/ssim-protocols";
import type { SampleShape } from "../../graph";
import type { Arena } from "../arena";
import { type Counted, instruction } from "../program";
import type { Term } from "./term";

/** Bytes of scratch memory that the kernel needs: the layout is described in assembly/ssim.ts. */
export function ssimScratchBytes({ height, width, channels }: SampleShape, side: number): number {
  const pitch = Math.ceil((width * channels) / 4) * 4;
  const slopes = pitch + Math.ceil((side * channels) / 4) * 4;
  const floats =
    4 * height * pitch + 4 * (pitch + 4) + 3 * slopes + 3 * (height - side + 1) * pitch;
  return floats * 4;
}

/**
 * The term `weight` · (1 − SSIM) of images of that shape, as a function of what is around it.
 *
 * An image's share is its 1 − SSIM times its numbers, as other terms are sums over them.
 * @param scratch by thread, `ssimScratchBytes` of it
 * @param share how often each of its numbers counts
 */
export function lowerSsim(
  arena: Arena,
  { taps, covarianceFactor, c1, c2 }: SsimProtocol,
  { height, width, channels }: SampleShape,
  weight: number,
  scratch: Counted,
  share: number,
): Term {
  const side = taps.length;
  const numbers = [covarianceFactor, c1, c2, ...taps];
  const window = arena.allocate(numbers.length * 4);
  arena.floats(window, numbers.length).set(numbers);
  const windows = (height - side + 1) * (width - side + 1) * channels;
  return (around, images) => {
    const { values, target, gradient } = around;
    return instruction("ssimLoss", {
      y: values.at,
      yPitch: values.pitch,
      target: target.at,
      targetPitch: target.pitch,
      dy: gradient?.at ?? null,
      dyPitch: gradient?.pitch ?? 0,
      height,
      width,
      channels,
      window,
      side,
      scale: weight / (images * windows),
      weight: (weight * share * height * width * channels) / windows,
      sum: around.loss,
      dyAdds: around.gradientAdds,
      sumAdds: around.lossAdds,
      scratch,
    });
  };
}
