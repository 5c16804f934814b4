/**
 * Which input a kernel's taps meet, along one axis.
 *
 * Three views of one operation share this. Folded up-sampling: output pixel 2i + a of a k-tap
 * convolution over the doubled image meets doubled pixels 2i + a + t, |t| ≤ r = (k−1)/2, that is
 * small pixels i + o with o = ⌊(a + t)/2⌋, so its taps sum to (k+1)/2 at most for each phase a.
 * Naming each sum by d = a − 2o makes it a transposed convolution of stride 2: small pixel i'
 * sends its value times sum d to output 2i' + d.
 */

/** y[o] = Σ over w of x[stride·o + offset + w] · weights[w], along both axes. */
export interface Window {
  readonly stride: number;
  readonly offset: readonly [number, number];
  readonly size: readonly [number, number];
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
  /** For inputs first, first + 1, …: the index of the weight that each is multiplied by. */
  readonly weights: readonly number[];
}

/**
 * Gathers a scatter: input pixel i sends weight number w to output stride·i + offset + w; phase
 * p of the output takes from inputs i where that lands on it. Outputs are counted so that phase
 * runs from 0 to stride − 1.
 */
export function phasesOf(stride: number, offset: number, weights: number): PhaseTaps[] {
  const phases: PhaseTaps[] = [];
  for (let phase = 0; phase < stride; phase++) {
    // Output stride·i + phase = stride·(i + j) + offset + w, so w = phase − offset − stride·j.
    const taps: { input: number; weight: number }[] = [];
    for (let weight = 0; weight < weights; weight++) {
      const rest = phase - offset - weight;
      if (rest % stride === 0) taps.push({ input: rest / stride, weight });
    }
    taps.sort((a, b) => a.input - b.input);
    phases.push({
      phase,
      first: taps[0]?.input ?? 0,
      weights: taps.map((tap) => tap.weight),
    });
  }
  return phases;
}
