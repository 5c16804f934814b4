import { useEffect, useState } from "react";
import {
  type Interval,
  pairedDifferences,
  percentileInterval,
  resampledMeans,
} from "../../../../math/bootstrap";
import { createRng } from "../../../../math/rng";
import { mean } from "../../../../math/vectors";

export interface PairedDifference extends Interval {
  readonly mean: number;
}

const SAMPLES = 2000;
/** Samples in one task, so that none is a task that the page would feel. */
const SLICE = 50;
const LEVEL = 0.95;

/** How far `figures` lie over `reference`, image by image, with the middle 95% of the bootstrap. */
export function useDifference(
  figures: Float32Array | null,
  reference: Float32Array | null,
): PairedDifference | null {
  const [difference, setDifference] = useState<PairedDifference | null>(null);
  useEffect(() => {
    setDifference(null);
    if (!figures || !reference) return;
    const values = pairedDifferences(figures, reference);
    const rng = createRng(1, "bootstrap");
    const means = new Float64Array(SAMPLES);
    let done = 0;
    let timer = setTimeout(function draw() {
      means.set(resampledMeans(values, rng, SLICE), done);
      done += SLICE;
      if (done < SAMPLES) timer = setTimeout(draw);
      else setDifference({ mean: mean(values), ...percentileInterval(means, LEVEL) });
    });
    return () => clearTimeout(timer);
  }, [figures, reference]);
  return difference;
}
