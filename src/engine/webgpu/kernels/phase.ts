/** The phase of a gather that a workgroup computes, and what its taps meet, in WGSL. */

import {
  type Axis,
  type AxisPhase,
  type Gather,
  isPointwise,
  mostTaps,
  phaseCount,
} from "../gathers";
import { wgsl } from "../wgsl";

/** One of the numbers by the phase along an axis, or the one that all have. */
function pick(values: readonly number[], phase: string, suffix: "" | "u"): string {
  const [first = 0, ...others] = values;
  if (others.every((value) => value === first)) return `${first}${suffix}`;
  return others.reduce(
    (chosen, value, place) => `select(${chosen}, ${value}${suffix}, ${phase} == ${place + 1}u)`,
    `${first}${suffix}`,
  );
}

/**
 * Sets, for the phase in `z`: `phase_y` and `phase_x`; `first_y` and `first_x`, the first tap's
 * input; `taps_x` and `taps`; `weight_y` and `weight_x`, the first tap's weight. Declared private
 * so that the loading functions see them.
 */
export function phaseFunctions({ y, x }: Gather): string {
  const axis = (name: string, { phases }: Axis) => {
    const of = (key: keyof AxisPhase, suffix: "" | "u" = "") =>
      pick(
        phases.map((phase) => phase[key]),
        `phase_${name}`,
        suffix,
      );
    return wgsl`
      first_${name} = ${of("first")};
      weight_${name} = ${of("weight")};
      taps_${name} = ${of("count", "u")};
    `;
  };
  return wgsl`
    var<private> phase_y: u32; var<private> phase_x: u32;
    var<private> first_y: i32; var<private> first_x: i32;
    var<private> weight_y: i32; var<private> weight_x: i32;
    var<private> taps_y: u32; var<private> taps_x: u32;
    fn enter_phase(z: u32) {
      phase_y = z / ${x.phases.length}u;
      phase_x = z % ${x.phases.length}u;
      ${axis("y", y)}
      ${axis("x", x)}
    }
    fn slab_of(tap: u32) -> u32 {
      let wy = weight_y + i32(tap / taps_x) * ${y.weightStep};
      let wx = weight_x + i32(tap % taps_x) * ${x.weightStep};
      return u32(wy * ${x.weights} + wx);
    }
  `;
}

/** Taps of the phase in `z`, an expression that WGSL knows to be the same for a whole workgroup. */
export function tapsExpression({ y, x }: Gather, z: string): string {
  const counts = ({ phases }: Axis) => phases.map(({ count }) => count);
  const across = x.phases.length;
  return `${pick(counts(y), `${z} / ${across}u`, "u")} * ${pick(counts(x), `${z} % ${across}u`, "u")}`;
}

/** Are the weights met in their own order, tap by tap? */
export function meetsInOrder(gather: Gather): boolean {
  const { y, x } = gather;
  return phaseCount(gather) === 1 && y.weightStep === 1 && x.weightStep === 1;
}

/**
 * `fn load_from(y0, x0, pixel0, tap, c)`: numbers of channels c … c + 3 that a tap meets from an
 * output whose first tap is at (y0, x0) of the image that begins at `pixel0`; zeros outside.
 * `from` is bound as vectors where the channels are a multiple of four.
 */
export function loadFunction(gather: Gather): string {
  const { height, width, channels } = gather.from;
  const isVector = channels % 4 === 0;
  const type = isVector ? "vec4<f32>" : "f32";
  const isOnePixel = height * width === 1 && isPointwise(gather);
  const place = isOnePixel
    ? `let place = pixel0 * ${channels}u + c;`
    : wgsl`
      let y = y0 + i32(tap / taps_x) * ${gather.y.step};
      let x = x0 + i32(tap % taps_x) * ${gather.x.step};
      if (y < 0 || y >= ${height} || x < 0 || x >= ${width}) { return ${type}(); }
      let place = (pixel0 + u32(y) * ${width}u + u32(x)) * ${channels}u + c;
    `;
  return wgsl`
    fn load_from(y0: i32, x0: i32, pixel0: u32, tap: u32, c: u32) -> ${type} {
      ${place}
      return from_values[place${isVector ? " / 4u" : ""}];
    }
  `;
}

/** WGSL of a tap and of a channel, from an index that counts taps and then channels. */
export function tapOf(gather: Gather, index: string): string {
  return mostTaps(gather) === 1 ? "0u" : `${index} / ${gather.from.channels}u`;
}

export function channelOf(gather: Gather, index: string): string {
  return mostTaps(gather) === 1 ? index : `${index} % ${gather.from.channels}u`;
}

/** Inner steps of the longest phase of a product over taps and channels. */
export function innerSteps(gather: Gather): number {
  return mostTaps(gather) * gather.from.channels;
}
