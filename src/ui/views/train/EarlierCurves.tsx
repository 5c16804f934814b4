import { line } from "d3-shape";
import { useId } from "react";
import { usePlotArea, useXAxisScale, useYAxisScale } from "recharts";
import type { RunConfig } from "../../../config/config";
import type { Point } from "../../../state/series";
import type { Run } from "../../../state/state";
import { changesInWords } from "../../kit/recipe/changes";

export interface EarlierCurve {
  readonly id: string;
  /** How its run differs from the present one. */
  readonly name: string;
  readonly points: readonly Point[];
}

/** Curves of runs before this one, faded. */
export function EarlierCurves({ curves }: { curves: readonly EarlierCurve[] }) {
  const area = usePlotArea();
  const xScale = useXAxisScale();
  const yScale = useYAxisScale();
  const clip = useId();
  if (!area || !xScale || !yScale) return null;
  const path = line<Point>(
    ({ x }) => xScale(x) ?? 0,
    ({ y }) => yScale(y) ?? 0,
  ).digits(1);
  return (
    <g stroke="var(--ink-3)" strokeOpacity="0.55" fill="none" data-earlier="">
      <clipPath id={clip}>
        <rect x={area.x} y={area.y} width={area.width} height={area.height} />
      </clipPath>
      <g clipPath={`url(#${clip})`}>
        {curves.map(({ id, points }) => (
          <path
            key={id}
            d={path(points) ?? ""}
            // A single point is a line of no length with round ends.
            strokeWidth={points.length === 1 ? 5 : 1.5}
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        ))}
      </g>
    </g>
  );
}

/** Each run's curve, named by what most sets it apart from the present run. */
export function earlierCurves(
  runs: readonly Run[],
  present: RunConfig,
  points: (run: Run) => readonly Point[],
): EarlierCurve[] {
  return runs.map((run) => ({ id: run.id, name: nameOf(run, present), points: points(run) }));
}

function nameOf({ config, spec }: Run, present: RunConfig): string {
  return changesInWords(present, config, spec ?? undefined)[0] ?? "same settings";
}
