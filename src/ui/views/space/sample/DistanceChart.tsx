import { scaleLog } from "d3-scale";
import { useMemo } from "react";
import { histogram, quantile } from "../../../../math/histogram";
import type { Samples } from "../../../../protocol/inference";
import { logMarks } from "../../../charts/ticks";
import { distance } from "../../../kit/format";
import { useItem } from "../../../kit/hooks";
import classes from "./DistanceChart.module.css";
import { KINDS } from "./kinds";

const BINS = 48;
/** Smaller distances are rounding, and 0 has no logarithm. */
const LEAST = 1e-6;

/** How far codes of each kind are from the nearest training code, on one logarithmic scale. */
export function DistanceChart({ samples }: { samples: Samples }) {
  const { many } = useItem();
  const { rows, low, high } = useMemo(() => spreads(samples, many), [samples, many]);
  const range = [10 ** low, 10 ** high] as const;
  const at = scaleLog().domain(range).range([0, 100]);
  const { ticks, tickFormatter } = logMarks(range);
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
          {ticks.map((tick) => (
            <span key={tick} style={{ left: `${at(tick)}%` }}>
              {tickFormatter(tick)}
            </span>
          ))}
        </div>
      </div>
    </figure>
  );
}

/** Histograms of the distances' logarithms, between ends that all of them share. */
function spreads(samples: Samples, items: string) {
  const kinds = KINDS.map(({ name, title, of }) => {
    const { distances } = of(samples);
    const logs = Float64Array.from(distances, (value) => Math.log10(Math.max(value, LEAST)));
    return { name, title: title(items), distances, logs };
  });
  const all = kinds.flatMap(({ logs }) => [Math.min(...logs), Math.max(...logs)]);
  const [low, high] = [Math.min(...all) - 0.05, Math.max(...all) + 0.05];
  const rows = kinds.map(({ name, title, distances, logs }) => {
    const { counts } = histogram(logs, low, high, BINS);
    const median = quantile(distances, 0.5);
    return { name, title, counts, most: Math.max(...counts), median };
  });
  return { rows, low, high };
}
