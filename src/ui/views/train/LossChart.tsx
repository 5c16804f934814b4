import { memo, useCallback, useMemo } from "react";
import { LineChart, ReferenceLine } from "recharts";
import type { RunConfig } from "../../../config/config";
import { sameLoss } from "../../../config/loss";
import type { Point } from "../../../state/series";
import type { AppState, Run } from "../../../state/state";
import { useEpochs } from "../../charts/axis";
import { BLANK, MARGIN, REFERENCE_LABEL } from "../../charts/chartStyle";
import {
  bestEpoch,
  type Epochs,
  epochAt,
  epochPoints,
  trainingAt,
  trainingPoints,
} from "../../charts/curves";
import { EpochAxes } from "../../charts/EpochAxes";
import { fittedRange, logRange, lossRange } from "../../charts/ranges";
import { logMarks, lossMarks } from "../../charts/ticks";
import { useRunRange } from "../../charts/useRunRange";
import { useAppState } from "../../kit/hooks";
import { DeviceMarks } from "./DeviceMarks";
import { type EarlierCurve, EarlierCurves, earlierCurves } from "./EarlierCurves";
import { EarlierNames } from "./EarlierNames";
import { LiveCurve } from "./LiveCurve";
import { RateStrip, STRIP_HEIGHT } from "./RateStrip";

interface Props {
  /** Settings of the run, or of the one to come. */
  readonly config: RunConfig;
  readonly width: number;
  readonly height: number;
  readonly visible: boolean;
}

/** Where the axis of a chart begins that is still empty: about the floor of the default images. */
const BLANK_FLOOR = 0.23;

const validation = (run: Run) => epochPoints(run, (each) => each.validationLoss);
const losses = (state: AppState) => state.run?.losses;
const measured = (state: AppState) => state.run?.epochs;

const validationAt = (run: Run, step: number): Point | null => {
  const figures = epochAt(run, step);
  return figures ? { x: inEpochs(run, figures.step), y: figures.validationLoss } : null;
};
const bestPoint = (run: Run): Point | null => {
  const best = bestEpoch(run);
  return best ? { x: inEpochs(run, best.step), y: best.validationLoss } : null;
};
const inEpochs = ({ started }: Run, step: number): number => step / (started?.stepsPerEpoch ?? 1);

/** Training loss of every step and validation loss of every epoch, over the lowest possible loss. */
export default function LossChart({ config, width, height, visible }: Props) {
  const earlier = useAppState((state) => state.earlier);
  const { smoothing, logarithmic, zoom } = useAppState((state) => state.charts);
  const epochs = useEpochs();
  const [from, to] = epochs;

  const faded = useMemo(
    () =>
      earlierCurves(
        earlier.filter((each) => sameLoss(each.config.loss, config.loss)),
        config,
        (each) => trainingPoints(each.losses, each.started?.stepsPerEpoch ?? 1, smoothing, epochs),
      ),
    [earlier, config, smoothing, epochs],
  );
  // Only cross-entropy has a floor over 0: the images are not binary.
  const hasFloor = config.loss.binaryCrossentropy !== undefined;
  const floor = useAppState(({ run }) => (hasFloor ? (run?.started?.lossFloor ?? null) : null));
  const trained = useAppState(({ run }) => (run?.losses.count ?? 0) > 0);
  const rangeOf = useCallback(
    (run: Run | null) => {
      const own = run ? [...training(run, 0, epochs), ...validation(run)] : [];
      const others = faded.map(({ points }) => points);
      const whole = lossRange(own, hasFloor ? (floor ?? BLANK_FLOOR) : null, others);
      const all = [...own, ...others.flat()];
      const shown = zoom ? all.filter(({ x }) => x >= zoom[0] && x <= zoom[1]) : all;
      if (logarithmic) return logRange(shown);
      return zoom ? fittedRange(shown, whole) : whole;
    },
    [faded, hasFloor, floor, logarithmic, zoom, epochs],
  );
  const [low, high] = useRunRange(rangeOf, visible);
  return (
    <>
      <Frame
        width={width}
        height={height - STRIP_HEIGHT}
        visible={visible}
        trained={trained}
        from={from}
        to={to}
        low={low}
        high={high}
        logarithmic={logarithmic}
        smoothing={smoothing}
        floor={floor}
        // Room under the floor for the words about it.
        room={floor === null || logarithmic || zoom ? 0 : (high - low) * 0.16}
        faded={faded}
      />
      <RateStrip config={config} from={from} to={to} width={width} visible={visible} />
    </>
  );
}

function training(run: Run, smoothing: number, epochs: Epochs): readonly Point[] {
  return trainingPoints(run.losses, run.started?.stepsPerEpoch ?? 1, smoothing, epochs);
}

interface FrameProps extends Omit<Props, "config"> {
  /** There is at least one step to draw. */
  readonly trained: boolean;
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  readonly logarithmic: boolean;
  readonly smoothing: number;
  readonly floor: number | null;
  /** Of the axis, under `low`. */
  readonly room: number;
  readonly faded: readonly EarlierCurve[];
}

/** Axes and what else stands still between two refits. */
const Frame = memo(function Frame(props: FrameProps) {
  const { trained, from, to, low, high, logarithmic, smoothing, floor, room, faded } = props;
  const every = useCallback((run: Run) => training(run, 0, [from, to]), [from, to]);
  const smoothed = useCallback(
    (run: Run) => training(run, smoothing, [from, to]),
    [smoothing, from, to],
  );
  const smoothedAt = useCallback(
    (run: Run, step: number) => {
      const y = trainingAt(run.losses, smoothing, step);
      return y === null ? null : { x: inEpochs(run, step), y };
    },
    [smoothing],
  );
  return (
    <LineChart
      accessibilityLayer={false}
      width={props.width}
      height={props.height}
      data={BLANK}
      margin={MARGIN}
    >
      <EpochAxes
        epochs={[from, to]}
        range={[low - room, high]}
        scale={logarithmic ? "log" : "linear"}
        marks={logarithmic ? logMarks([low, high]) : lossMarks([low, high], 4)}
      />
      {floor !== null && (
        <ReferenceLine
          y={floor}
          stroke="var(--ink-3)"
          strokeDasharray="1 3"
          label={{
            ...REFERENCE_LABEL,
            value: `a perfect reconstruction scores ${floor.toFixed(3)}`,
            fill: "var(--ink-3)",
            position: "insideTopRight",
          }}
        />
      )}
      <EarlierCurves curves={faded} />
      <DeviceMarks />
      {trained && (
        <>
          {smoothing > 0 && (
            <LiveCurve
              points={every}
              watch={losses}
              stroke="var(--net)"
              strokeWidth={1}
              opacity={0.25}
              visible={props.visible}
            />
          )}
          <LiveCurve
            points={smoothed}
            watch={losses}
            at={smoothedAt}
            stroke="var(--net)"
            strokeWidth={smoothing > 0 ? 1.8 : 1}
            visible={props.visible}
          />
          <LiveCurve
            points={validation}
            watch={measured}
            at={validationAt}
            ring={bestPoint}
            stroke="var(--validation)"
            strokeWidth={2}
            dots
            visible={props.visible}
          />
        </>
      )}
      <EarlierNames
        curves={faded}
        points={(run) => [smoothed(run), validation(run)]}
        levels={[floor]}
        low={low}
        visible={props.visible}
      />
    </LineChart>
  );
});
