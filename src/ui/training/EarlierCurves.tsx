import { useId } from "react";
import { usePlotArea, useXAxisScale, useYAxisScale } from "recharts";
import type { Point } from "../../state/series";

export interface EarlierCurve {
  readonly id: string;
  /** How its run differs from the present one. */
  readonly name: string;
  readonly points: readonly Point[];
}

/** Pixels between two names' middles, so that both can be read. */
const APART = 13;
/** Pixels that a name may take: where the curve ends nearer to the edge, it stands left of its end. */
const NAME_WIDTH = 90;

/** Curves of runs before this one, faded, each with its name at its end. */
export function EarlierCurves({ curves }: { curves: readonly EarlierCurve[] }) {
  const area = usePlotArea();
  const xScale = useXAxisScale();
  const yScale = useYAxisScale();
  const clip = useId();
  if (!area || !xScale || !yScale) return null;
  const place = ({ x, y }: Point) => ({ x: xScale(x) ?? 0, y: yScale(y) ?? 0 });
  const right = area.x + area.width;
  const named: { id: string; name: string; x: number; y: number }[] = [];
  for (const { id, name, points } of curves) {
    const inside = points.map(place).filter(({ x, y }) => x <= right && y >= area.y);
    const end = inside.at(-1);
    const free = end && named.every(({ y }) => Math.abs(y - end.y) >= APART);
    if (end && free) named.push({ id, name, ...end });
  }
  return (
    <g stroke="var(--ink-3)" strokeOpacity="0.55" fill="none" data-earlier="">
      <clipPath id={clip}>
        <rect x={area.x} y={area.y} width={area.width} height={area.height} />
      </clipPath>
      <g clipPath={`url(#${clip})`}>
        {curves.map(({ id, points }) => (
          <path key={id} d={pathOf(points.map(place))} strokeWidth="1.5" strokeLinejoin="round" />
        ))}
      </g>
      {/* On a rim of paper, so that lines behind a name do not strike it out. */}
      <g
        fontSize="12"
        fill="var(--ink-3)"
        stroke="var(--paper)"
        strokeWidth="4"
        strokeOpacity="0.9"
        strokeLinejoin="round"
        paintOrder="stroke"
      >
        {named.map(({ id, name, x, y }) => {
          const isNearEdge = x + NAME_WIDTH > right;
          return (
            <text
              key={id}
              x={isNearEdge ? Math.min(x, right) - 4 : x + 5}
              y={y}
              dy={isNearEdge ? "-0.5em" : "0.35em"}
              textAnchor={isNearEdge ? "end" : "start"}
            >
              {name}
            </text>
          );
        })}
      </g>
    </g>
  );
}

function pathOf(places: readonly { x: number; y: number }[]): string {
  const words = places.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
  return words.length > 0 ? `M${words.join("L")}` : "";
}
