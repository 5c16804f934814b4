import { useMemo } from "react";
import { histogram, quantile } from "../../../../math/histogram";
import type { Samples } from "../../../../protocol/lab";
import { distance } from "../../../kit/format";
import classes from "./DistanceChart.module.css";
import { KINDS } from "./kinds";

const BINS = 48;
/** Smaller distances are rounding, and 0 has no logarithm. */
const LEAST = 1e-6;
/** Decades from which on each is marked once. */
const MANY_DECADES = 2.5;

/** How far codes of each kind are from the nearest training code, on one logarithmic scale. */
export function DistanceChart({ samples }: { samples: Samples }) {
  const { rows, low, high } = useMemo(() => spreads(samples), [samples]);
  const at = (value: number) => (100 * (Math.log10(value) - low)) / (high - low);
  const summary = rows.map(({ title, median }) => `${title} ${distance(median)}`).join(", ");
  return (
    <figure
      className={classes.chart}
      aria-label={`Distance to the nearest training code, medians: ${summary}`}
      data-testid="distance-chart"
    >
      {rows.map(({ name, title, counts, most, median }) => (
        <div key={name} className={classes.row} data-tone={name === "real" ? "real" : "drawn"}>
          <span>{title}</span>
          <div>
            <svg viewBox={`0 0 ${BINS} 1`} preserveAspectRatio="none" aria-hidden="true">
              <path
                d={Array.from(counts, (count, bin) =>
                  count > 0 ? `M${bin} 1v${-count / most}h0.92V1z` : "",
                ).join("")}
              />
            </svg>
            <i style={{ left: `${at(Math.max(median, LEAST))}%` }} />
          </div>
          <b data-figures>{distance(median)}</b>
        </div>
      ))}
      <div className={classes.axis} aria-hidden="true">
        <div>
          {ticksOf(low, high).map((tick) => (
            <span key={tick} style={{ left: `${at(tick)}%` }}>
              {tick}
            </span>
          ))}
        </div>
      </div>
    </figure>
  );
}

/** What is marked between two powers of ten: 1, 2 and 5 of each decade, of many decades 1 alone. */
function ticksOf(low: number, high: number): number[] {
  const steps = high - low > MANY_DECADES ? [1] : [1, 2, 5];
  const decades = Array.from(
    { length: Math.floor(high) - Math.floor(low) + 1 },
    (_, i) => Math.floor(low) + i,
  );
  return decades
    .flatMap((decade) => steps.map((step) => Number(`${step}e${decade}`)))
    .filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high);
}

/** Histograms of the distances' logarithms, between ends that all of them share. */
function spreads(samples: Samples) {
  const logs = KINDS.map((kind) =>
    Float64Array.from(kind.of(samples).distances, (value) => Math.log10(Math.max(value, LEAST))),
  );
  const all = logs.flatMap((values) => [Math.min(...values), Math.max(...values)]);
  const [low, high] = [Math.min(...all) - 0.05, Math.max(...all) + 0.05];
  const rows = KINDS.map(({ name, title, of }, i) => {
    const { counts } = histogram(logs[i]!, low, high, BINS);
    const median = quantile(of(samples).distances, 0.5);
    return { name, title, counts, most: Math.max(...counts), median };
  });
  return { rows, low, high };
}
