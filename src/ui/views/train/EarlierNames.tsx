import { usePlotArea, useXAxisScale, useYAxisScale } from "recharts";
import type { Point } from "../../../state/series";
import type { Run } from "../../../state/state";
import { useSampled } from "../../kit/hooks";
import type { EarlierCurve } from "./EarlierCurves";
import { placeNames, visibleEnd } from "./names";

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

const FONT_SIZE = 12;

/** Names of runs before this one, each by its curve's end in sight, and over all curves. */
export function EarlierNames({ curves, points, levels, low, visible }: Props) {
  const run = useSampled((state) => state.run, LOOK, visible && curves.length > 0);
  const area = usePlotArea();
  const xScale = useXAxisScale();
  const yScale = useYAxisScale();
  if (!area || !xScale || !yScale) return null;
  const place = ({ x, y }: Point) => ({ x: xScale(x) ?? 0, y: yScale(y) ?? 0 });
  const [left, right] = [area.x, area.x + area.width];
  const [top, bottom] = [area.y, area.y + area.height];
  const earlier = curves.map((curve) => ({ ...curve, places: curve.points.map(place) }));
  const ends = earlier.flatMap(({ id, name, places }) => {
    const end = visibleEnd(places, { left, right, top, bottom });
    return end ? [{ id, name, ...end }] : [];
  });
  const across = levels.flatMap((level) => {
    const y = level === null ? undefined : yScale(level);
    return y === undefined ? [] : [[left, right].map((x) => ({ x, y }))];
  });
  const lines = [
    ...earlier.map(({ places }) => places),
    ...(run?.started ? points(run) : []).map((curve) => curve.map(place)),
    ...across,
  ];
  const room = {
    left,
    right,
    top,
    widthOf,
    bottom: Math.min(bottom, yScale(low) ?? bottom),
  };
  return (
    <g
      data-earlier=""
      fontSize={FONT_SIZE}
      fill="var(--ink-3)"
      // On a rim of paper, so that lines behind a name do not strike it out.
      stroke="var(--paper)"
      strokeWidth="4"
      strokeOpacity="0.9"
      strokeLinejoin="round"
      paintOrder="stroke"
    >
      {placeNames(ends, lines, room).map(({ id, name, x, y, anchor, from }) => (
        <g key={id}>
          {from && (
            <path
              d={`M${from.x.toFixed(1)} ${from.y.toFixed(1)}L${x.toFixed(1)} ${y.toFixed(1)}`}
              stroke="var(--ink-3)"
              strokeWidth="1"
              strokeDasharray="2 2"
              strokeOpacity="1"
            />
          )}
          <text x={x} y={y} dy="0.35em" textAnchor={anchor}>
            {name}
          </text>
        </g>
      ))}
    </g>
  );
}

let measuring: CanvasRenderingContext2D | null = null;

/** A name's width as it will be drawn, in pixels. */
function widthOf(text: string): number {
  measuring ??= document.createElement("canvas").getContext("2d");
  if (!measuring) return 0.6 * FONT_SIZE * text.length;
  measuring.font = `${FONT_SIZE}px ${getComputedStyle(document.body).fontFamily}`;
  return measuring.measureText(text).width;
}
