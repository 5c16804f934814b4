/** How values are spread: counts in equal bins, and where one value falls among many. */

export interface Histogram {
  readonly low: number;
  readonly high: number;
  /** Equal bins from low to high. */
  readonly counts: Uint32Array;
}

/** Counts the values; those outside the range count in the first or the last bin. */
export function histogram(
  values: ArrayLike<number>,
  low: number,
  high: number,
  bins: number,
): Histogram {
  const counts = new Uint32Array(bins);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor(((values[i]! - low) / (high - low)) * bins);
    const within = Math.min(bins - 1, Math.max(0, bin));
    counts[within] = counts[within]! + 1;
  }
  return { low, high, counts };
}

/** The value that a bin begins at. */
export function binStart({ low, high, counts }: Histogram, bin: number): number {
  return low + ((high - low) * bin) / counts.length;
}

/** Share of the values that are smaller, equal ones by half: 0 to 1; NaN without values. */
export function rankOf(values: ArrayLike<number>, value: number): number {
  let smaller = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < value) smaller += 1;
    else if (values[i]! === value) smaller += 0.5;
  }
  return smaller / values.length;
}

/** The value that a share of all values lies below, to the nearest of them; NaN without any. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
}
