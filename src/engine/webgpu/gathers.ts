/**
 * Convolutions as gathers: what an output pixel takes from which input pixels.
 *
 * A plain convolution gathers. One that scatters (transposed, folded with a doubling, or the
 * gradient of either by its input) is gathered in phases: outputs of one phase lie `outStride`
 * apart and all take from the same neighbours. Dense layers are convolutions of one pixel.
 */

import type { GraphNode, SampleShape } from "../graph";
import type { Window } from "../taps";
import { phasesOf } from "../taps";

/** One phase along one axis: output outStride·i + phase takes from inputs inStride·i + first + step·t. */
export interface AxisPhase {
  readonly first: number;
  /** Taps: t is 0 to count − 1. */
  readonly count: number;
  /** The window's weight that the first tap is multiplied by. */
  readonly weight: number;
}

export interface Axis {
  readonly phases: readonly AxisPhase[];
  readonly inStride: number;
  readonly outStride: number;
  /** From a tap's input to the next one's. */
  readonly step: number;
  /** From a tap's weight to the next one's: 1, or where it scatters a negative number. */
  readonly weightStep: number;
  /** Weights of the window. */
  readonly weights: number;
}

export interface Gather {
  readonly from: SampleShape;
  readonly to: SampleShape;
  readonly y: Axis;
  readonly x: Axis;
}

function gatherAxis({ stride, dilation, offset, size }: Window, axis: 0 | 1): Axis {
  const weights = size[axis];
  return {
    phases: [{ first: offset[axis], count: weights, weight: 0 }],
    inStride: stride[axis],
    outStride: 1,
    step: dilation[axis],
    weightStep: 1,
    weights,
  };
}

function scatterAxis(window: Window, axis: 0 | 1): Axis {
  const taps = phasesOf(window, axis);
  // Those with several taps are all alike.
  const [several] = taps.filter(({ weights }) => weights.length > 1);
  const [weight = 0, next = weight] = several?.weights ?? [];
  return {
    phases: taps.map(({ first, weights }) => ({
      first,
      count: weights.length,
      weight: weights[0] ?? 0,
    })),
    inStride: 1,
    outStride: window.stride[axis],
    step: several?.step ?? 1,
    weightStep: next - weight,
    weights: window.size[axis],
  };
}

export interface Gathers {
  readonly forward: Gather;
  /** From the output's gradient to the input's. */
  readonly backward: Gather;
  /** Slabs of weights in the window. */
  readonly slabs: number;
}

/**
 * Gathers of a window.
 *
 * @param scatters whether the forward pass does: then its gradient gathers
 */
export function windowGathers(
  { input, output }: Pick<GraphNode, "input" | "output">,
  window: Window,
  scatters: boolean,
): Gathers {
  const make = (axis: typeof gatherAxis, from: SampleShape, to: SampleShape): Gather => ({
    from,
    to,
    y: axis(window, 0),
    x: axis(window, 1),
  });
  return {
    forward: make(scatters ? scatterAxis : gatherAxis, input, output),
    backward: make(scatters ? gatherAxis : scatterAxis, output, input),
    slabs: window.size[0] * window.size[1],
  };
}

export function denseGathers({ input, output }: Pick<GraphNode, "input" | "output">): Gathers {
  const one = [1, 1] as const;
  const axis = gatherAxis({ stride: one, dilation: one, offset: [0, 0], size: one }, 0);
  return {
    forward: { from: input, to: output, y: axis, x: axis },
    backward: { from: output, to: input, y: axis, x: axis },
    slabs: 1,
  };
}

/** Rows and columns of one phase's outputs, in the largest phase. */
export function phaseGrid({ to, y, x }: Gather): { height: number; width: number } {
  return {
    height: Math.ceil(to.height / y.outStride),
    width: Math.ceil(to.width / x.outStride),
  };
}

/** Phases of both axes, those of x varying faster. */
export function phaseCount({ y, x }: Gather): number {
  return y.phases.length * x.phases.length;
}

/** Taps of the phase that has most. */
export function mostTaps({ y, x }: Gather): number {
  const most = (axis: Axis) => Math.max(...axis.phases.map(({ count }) => count));
  return most(y) * most(x);
}

/** Is there one phase of one tap, as in dense layers, 1 × 1 convolutions of stride 1? */
export function isPointwise(gather: Gather): boolean {
  const { y, x } = gather;
  const plain = (axis: Axis) => axis.inStride === 1 && axis.phases[0]?.first === 0;
  return phaseCount(gather) === 1 && mostTaps(gather) === 1 && plain(y) && plain(x);
}
