import { useMemo } from "react";
import { histogram, quantile } from "../../../core/histogram";
import type { Samples } from "../../../protocol/lab";
import classes from "./DistanceChart.module.css";
import { KINDS } from "./kinds";

const BINS = 48;
/** What is marked on the axis, of what lies on it. */
const TICKS = [0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1000];

/** How far codes of each kind are from the nearest training code, on one logarithmic scale. */
export function DistanceChart({ samples }: { samples: Samples }) {
  const { rows, low, high } = useMemo(() => spreads(samples), [samples]);
  const at = (distance: number) => (100 * (Math.log10(distance) - low)) / (high - low);
  const summary = rows.map(({ title, median }) => `${title} ${median.toFixed(2)}`).join(", ");
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
            <i style={{ left: `${at(median)}%` }} />
          </div>
          <b data-figures>{median.toFixed(2)}</b>
        </div>
      ))}
      <div className={classes.axis} aria-hidden="true">
        <div>
          {TICKS.filter((tick) => at(tick) >= 0 && at(tick) <= 100).map((tick) => (
            <span key={tick} style={{ left: `${at(tick)}%` }}>
              {tick}
            </span>
          ))}
        </div>
      </div>
    </figure>
  );
}

/** Histograms of the distances' logarithms, between ends that all of them share. */
function spreads(samples: Samples) {
  const logs = KINDS.map((kind) =>
    Float64Array.from(kind.of(samples).distances, (distance) =>
      Math.log10(Math.max(distance, 1e-6)),
    ),
  );
  const all = logs.flatMap((values) => [Math.min(...values), Math.max(...values)]);
  const [low, high] = [Math.min(...all) - 0.05, Math.max(...all) + 0.05];
  const rows = KINDS.map(({ name, title }, i) => {
    const { counts } = histogram(logs[i]!, low, high, BINS);
    return {
      name,
      title,
      counts,
      most: Math.max(...counts),
      median: 10 ** quantile(logs[i]!, 0.5),
    };
  });
  return { rows, low, high };
}
