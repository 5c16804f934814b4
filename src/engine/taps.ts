/**
 * Which input a kernel's taps meet, along one axis.
 *
 * Three views of one operation share this. Folded up-sampling: output pixel 2i + a of a k-tap
 * convolution over the doubled image meets doubled pixels 2i + a + t, |t| ≤ r = (k−1)/2, that is
 * small pixels i + o with o = ⌊(a + t)/2⌋, so its taps sum to (k+1)/2 at most for each phase a.
 * Naming each sum by d = a − 2o makes it a transposed convolution of stride 2: small pixel i'
 * sends its value times sum d to output 2i' + d.
 */

/** y[o] = Σ over w of x[stride·o + offset + dilation·w] · weights[w], along both axes. */
export interface Window {
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly offset: readonly [number, number];
  readonly size: readonly [number, number];
}

/** Pixels from a window's first tap to its last, both included, along one axis. */
export function extentOf({ size, dilation }: Window, axis: 0 | 1): number {
  return (size[axis] - 1) * dilation[axis] + 1;
}

export interface FoldedTap {
  /** Output pixel − 2 × input pixel. */
  readonly offset: number;
  /** The kernel's taps that it sums. */
  readonly taps: readonly number[];
}

/** The sums of a kernel of odd size folded with a doubling, by rising offset. */
export function foldedTaps(size: number): FoldedTap[] {
  const radius = (size - 1) / 2;
  const sums = new Map<number, number[]>();
  for (const phase of [0, 1]) {
    for (let tap = 0; tap < size; tap++) {
      const offset = phase - 2 * Math.floor((phase + tap - radius) / 2);
      sums.set(offset, [...(sums.get(offset) ?? []), tap]);
    }
  }
  return [...sums.entries()].sort(([a], [b]) => a - b).map(([offset, taps]) => ({ offset, taps }));
}

/** One phase of a scattering operation: the outputs `stride`·i + phase. */
export interface PhaseTaps {
  readonly phase: number;
  /** Input pixel of the first tap, relative to i. */
  readonly first: number;
  /** From one tap's input pixel to the next one's. */
  readonly step: number;
  /** For inputs first, first + step, …: the index of the weight that each is multiplied by. */
  readonly weights: readonly number[];
}

/**
 * Gathers a scatter along one axis: input pixel i sends weight number w to output stride·i + offset +
 * dilation·w; phase p of the output takes from inputs i where that lands on it. Outputs are counted
 * so that phase runs from 0 to stride − 1. Where windows are smaller than the stride, some have no taps.
 */
export function phasesOf(window: Window, axis: 0 | 1): PhaseTaps[] {
  const [stride, dilation] = [window.stride[axis], window.dilation[axis]];
  const phases: PhaseTaps[] = [];
  for (let phase = 0; phase < stride; phase++) {
    // Output stride·i + phase = stride·(i + j) + offset + dilation·w.
    const taps: { input: number; weight: number }[] = [];
    for (let weight = 0; weight < window.size[axis]; weight++) {
      const rest = phase - window.offset[axis] - dilation * weight;
      if (rest % stride === 0) taps.push({ input: rest / stride, weight });
    }
    taps.sort((a, b) => a.input - b.input);
    const [first = { input: 0 }, second] = taps;
    phases.push({
      phase,
      first: first.input,
      step: second ? second.input - first.input : 1,
      weights: taps.map((tap) => tap.weight),
    });
  }
  return phases;
}
