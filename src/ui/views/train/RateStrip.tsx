import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { useEffect, useId, useMemo, useRef } from "react";
import type { RunConfig } from "../../../config/config";
import { learningRateAt } from "../../../config/schedule";
import type { Point } from "../../../state/series";
import type { AppState } from "../../../state/state";
import { cursorStep } from "../../charts/axis";
import { MARGIN, Y_AXIS_WIDTH } from "../../charts/chartStyle";
import { ratePoints } from "../../charts/curves";
import { learningRate } from "../../kit/format";
import { followed, useApp, useAppState } from "../../kit/hooks";
import classes from "./RateStrip.module.css";

interface Props {
  readonly config: RunConfig;
  /** Ends of the loss chart's axis, in epochs. */
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly visible: boolean;
}

export const STRIP_HEIGHT = 52;
const TOP = 20;
const BOTTOM = STRIP_HEIGHT - 3;
/** Steps of an epoch before the worker has counted them: only the curve's shape shows. */
const STEPS_BEFORE = 100;

const losses = (state: AppState) => state.run?.losses;

/** Of that step; before the first, what there is to come. */
function rateWords(config: RunConfig, step: number, stepsPerEpoch: number): string {
  const { learningRate: peak, schedule, warmup, epochs } = config;
  if (step > 0) return learningRate(learningRateAt(config, step, stepsPerEpoch * epochs));
  const isLevel = schedule === "constant" && warmup === 0;
  return `${isLevel ? "" : "up to "}${learningRate(peak)}`;
}

/** The learning rate under the loss, on the same axis: all of it thin, what is done strong. */
export function RateStrip({ config, from, to, width, visible }: Props) {
  const { store } = useApp();
  const stepsPerEpoch = useAppState((state) => state.run?.started?.stepsPerEpoch) ?? STEPS_BEFORE;
  const left = Y_AXIS_WIDTH + MARGIN.left;
  const room = Math.max(1, width - left - MARGIN.right);
  const xScale = useMemo(
    () =>
      scaleLinear()
        .domain([from, to])
        .range([left, left + room]),
    [from, to, left, room],
  );
  const d = useMemo(() => {
    const yScale = scaleLinear().domain([0, config.learningRate]).range([BOTTOM, TOP]);
    const path = line<Point>(
      ({ x }) => xScale(x),
      ({ y }) => yScale(y),
    ).digits(1);
    return path(ratePoints(config, stepsPerEpoch, [from, to])) ?? "";
  }, [config, stepsPerEpoch, from, to, xScale]);
  const clip = useId();
  const done = useRef<SVGRectElement>(null);
  const now = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!visible) return;
    const draw = () => {
      const step = store.getState().run?.losses.count ?? 0;
      const end = Math.min(left + room, Math.max(left, xScale(step / stepsPerEpoch)));
      done.current?.setAttribute("width", (end - left).toFixed(1));
      tell();
    };
    const tell = () => {
      const state = store.getState();
      const step = cursorStep(state) ?? state.run?.losses.count ?? 0;
      if (now.current) now.current.textContent = rateWords(config, step, stepsPerEpoch);
    };
    draw();
    const ends = [followed(store, losses, draw), followed(store, (state) => state.cursor, tell)];
    return () => {
      for (const end of ends) end();
    };
  }, [store, config, stepsPerEpoch, left, room, xScale, visible]);

  return (
    <div className={classes.strip} style={{ height: STRIP_HEIGHT }} data-testid="learning-rate">
      <p className={classes.words} style={{ left }} data-caption="">
        learning rate <b ref={now} data-figures />
      </p>
      <svg width={width} height={STRIP_HEIGHT} aria-hidden="true">
        <clipPath id={clip}>
          <rect ref={done} x={left} y="0" width="0" height={STRIP_HEIGHT} />
        </clipPath>
        <clipPath id={`${clip}-plot`}>
          <rect x={left} y="0" width={room} height={STRIP_HEIGHT} />
        </clipPath>
        <path d={`M${left} ${BOTTOM + 0.5}h${room}`} className={classes.ground} />
        <g clipPath={`url(#${clip}-plot)`}>
          <path d={d} className={classes.planned} />
          <path d={d} className={classes.done} clipPath={`url(#${clip})`} />
        </g>
      </svg>
    </div>
  );
}
