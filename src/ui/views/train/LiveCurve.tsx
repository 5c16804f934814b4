import { line as lineOf } from "d3-shape";
import { useEffect, useId, useRef } from "react";
import { usePlotArea, useXAxisScale, useYAxisScale } from "recharts";
import type { Point } from "../../../state/series";
import type { AppState, Run } from "../../../state/state";
import { cursorStep } from "../../charts/axis";
import { followed, useApp } from "../../kit/hooks";

interface Props {
  /** The curve belongs to this run; the same function as long as it means the same curve. */
  readonly points: (run: Run) => readonly Point[];
  /** The curve is drawn again when this part of the state changes. */
  readonly watch: (state: AppState) => unknown;
  /** Where the curve is at a step: it has a mark there while the cursor stands on it. */
  readonly at?: (run: Run, step: number) => Point | null;
  /** A point to be ringed, such as the best epoch's. */
  readonly ring?: (run: Run) => Point | null;
  readonly stroke: string;
  readonly strokeWidth: number;
  /** 0 to 1; less than 1 lets the curve behind it show through. */
  readonly opacity?: number;
  /** Marks the points too, while there are few of them. */
  readonly dots?: boolean;
  readonly visible: boolean;
}

/** With more points than this, dots would hide the line. */
const MOST_DOTS = 20;

/**
 * A curve inside a Recharts chart that follows the run: paths changed in place, so that neither
 * React nor Recharts renders anything (Recharts takes 20 to 60 ms for a curve of 500 points).
 */
export function LiveCurve({
  points,
  watch,
  at,
  ring,
  stroke,
  strokeWidth,
  opacity = 1,
  dots = false,
  visible,
}: Props) {
  const { store } = useApp();
  const line = useRef<SVGPathElement>(null);
  const marks = useRef<SVGPathElement>(null);
  const best = useRef<SVGCircleElement>(null);
  const mark = useRef<SVGPathElement>(null);
  const clip = useId();
  const area = usePlotArea();
  const xScale = useXAxisScale();
  const yScale = useYAxisScale();

  useEffect(() => {
    if (!visible || !xScale || !yScale) return;
    const path = lineOf<Point>(
      ({ x }) => xScale(x) ?? 0,
      ({ y }) => yScale(y) ?? 0,
    ).digits(1);
    const dot = (point: Point | null | undefined) => (point && path([point])) ?? "";
    const draw = () => {
      const { run } = store.getState();
      const shown = run?.started ? points(run) : [];
      line.current?.setAttribute("d", path(shown) ?? "");
      const few = dots && shown.length <= MOST_DOTS;
      marks.current?.setAttribute("d", few ? shown.map(dot).join("") : "");
      const ringed = run?.started ? ring?.(run) : null;
      const [x, y] = ringed ? [xScale(ringed.x) ?? 0, yScale(ringed.y) ?? 0] : [-1, -1];
      best.current?.setAttribute("r", isInside(area, x, y) ? "4.5" : "0");
      best.current?.setAttribute("cx", x.toFixed(1));
      best.current?.setAttribute("cy", y.toFixed(1));
    };
    const follow = () => {
      const state = store.getState();
      const step = cursorStep(state);
      const shown = step !== null && state.run?.started ? at?.(state.run, step) : null;
      mark.current?.setAttribute("d", dot(shown));
    };
    draw();
    follow();
    const ends = [followed(store, watch, draw), followed(store, (state) => state.cursor, follow)];
    return () => {
      for (const end of ends) end();
    };
  }, [store, points, watch, at, ring, dots, visible, area, xScale, yScale]);

  return (
    <g fill="none" stroke={stroke} strokeOpacity={opacity}>
      <clipPath id={clip}>
        <rect x={area?.x} y={area?.y} width={area?.width} height={area?.height} />
      </clipPath>
      <g clipPath={`url(#${clip})`}>
        <path
          ref={line}
          className="recharts-curve recharts-line-curve"
          strokeWidth={strokeWidth}
          strokeLinejoin="round"
        />
        {/* Lines of no length with round ends. */}
        <path ref={marks} strokeWidth={strokeWidth + 3.5} strokeLinecap="round" />
        {at && <path ref={mark} data-cursor="" strokeWidth={9} strokeLinecap="round" />}
      </g>
      {/* Whole at the plot's edge too, where the last epoch often is the best. */}
      {ring && (
        <circle ref={best} className="best" fill="var(--paper)" strokeWidth="2">
          <title>best epoch so far</title>
        </circle>
      )}
    </g>
  );
}

type Area = ReturnType<typeof usePlotArea>;

function isInside(area: Area, x: number, y: number): boolean {
  if (!area) return false;
  const { x: left, y: top, width, height } = area;
  return x >= left && x <= left + width + 0.5 && y >= top && y <= top + height;
}
