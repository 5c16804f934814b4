import { usePlotArea, useXAxisScale, useYAxisScale } from "recharts";
import type { Point } from "../../state/series";
import type { Run } from "../../state/state";
import { useSampled } from "../common/hooks";
import type { EarlierCurve } from "./EarlierCurves";
import { placeNames } from "./names";

interface Props {
  readonly curves: readonly EarlierCurve[];
  /** The present run's curves. */
  readonly points: (run: Run) => readonly (readonly Point[])[];
  /** Heights of lines right across the chart, as figures of the vertical axis. */
  readonly levels: readonly (number | null)[];
  /** No name stands under that figure. */
  readonly low: number;
  readonly visible: boolean;
}

/** Milliseconds between two looks at where the present run's curves leave room. */
const LOOK = 600;

/** Names of runs before this one, each by its curve's end, and over all curves. */
export function EarlierNames({ curves, points, levels, low, visible }: Props) {
  const run = useSampled((state) => state.run, LOOK, visible && curves.length > 0);
  const area = usePlotArea();
  const xScale = useXAxisScale();
  const yScale = useYAxisScale();
  if (!area || !xScale || !yScale) return null;
  const place = ({ x, y }: Point) => ({ x: xScale(x) ?? 0, y: yScale(y) ?? 0 });
  const right = area.x + area.width;
  const earlier = curves.map((curve) => ({ ...curve, places: curve.points.map(place) }));
  const ends = earlier.flatMap(({ id, name, places }) => {
    const end = places.findLast(({ x, y }) => x <= right && y >= area.y);
    return end ? [{ id, name, ...end }] : [];
  });
  const across = levels.flatMap((level) => {
    const y = level === null ? undefined : yScale(level);
    return y === undefined ? [] : [[area.x, right].map((x) => ({ x, y }))];
  });
  const lines = [
    ...earlier.map(({ places }) => places),
    ...(run?.started ? points(run) : []).map((curve) => curve.map(place)),
    ...across,
  ];
  const bottom = Math.min(area.y + area.height, yScale(low) ?? Number.POSITIVE_INFINITY);
  return (
    <g
      data-earlier=""
      fontSize="12"
      fill="var(--ink-3)"
      // On a rim of paper, so that lines behind a name do not strike it out.
      stroke="var(--paper)"
      strokeWidth="4"
      strokeOpacity="0.9"
      strokeLinejoin="round"
      paintOrder="stroke"
    >
      {placeNames(ends, lines, { right, top: area.y, bottom }).map(({ id, name, x, y, anchor }) => (
        <text key={id} x={x} y={y} dy="0.35em" textAnchor={anchor}>
          {name}
        </text>
      ))}
    </g>
  );
}
