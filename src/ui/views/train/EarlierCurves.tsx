import { useId } from "react";
import { usePlotArea, useXAxisScale, useYAxisScale } from "recharts";
import type { Point } from "../../../state/series";

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
  const place = ({ x, y }: Point) => ({ x: xScale(x) ?? 0, y: yScale(y) ?? 0 });
  return (
    <g stroke="var(--ink-3)" strokeOpacity="0.55" fill="none" data-earlier="">
      <clipPath id={clip}>
        <rect x={area.x} y={area.y} width={area.width} height={area.height} />
      </clipPath>
      <g clipPath={`url(#${clip})`}>
        {curves.map(({ id, points }) => (
          <path
            key={id}
            d={pathOf(points.map(place))}
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

function pathOf(places: readonly { x: number; y: number }[]): string {
  const words = places.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  if (words.length === 1) return `M${words[0]}h0`;
  return words.length > 0 ? `M${words.join("L")}` : "";
}
