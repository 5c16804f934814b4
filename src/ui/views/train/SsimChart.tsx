import { memo, useCallback, useMemo } from "react";
import { LineChart, ReferenceLine } from "recharts";
import type { RunConfig } from "../../../config/config";
import type { EpochFigures } from "../../../runs/results";
import type { Point } from "../../../state/series";
import type { AppState, Run } from "../../../state/state";
import { useEpochs } from "../../charts/axis";
import { BLANK, WITH_MARKS } from "../../charts/chartStyle";
import { bestEpoch, epochAt, epochPoints, type Protocol } from "../../charts/curves";
import { EpochAxes } from "../../charts/EpochAxes";
import { fittedRange, ssimRange } from "../../charts/ranges";
import { linearMarks } from "../../charts/ticks";
import { useRunRange } from "../../charts/useRunRange";
import { useAppState } from "../../kit/hooks";
import { type EarlierCurve, EarlierCurves, earlierCurves } from "./EarlierCurves";
import { EarlierNames } from "./EarlierNames";
import { LiveCurve } from "./LiveCurve";
import { ReferenceMarks } from "./ReferenceMarks";

interface Props {
  readonly protocol: Protocol;
  /** Settings of the run, or of the one to come. */
  readonly config: RunConfig;
  readonly pca: number | null;
  /** The write-up's result, where these settings are its own. */
  readonly published: number | null;
  /** The epochs stand under the axis. */
  readonly withTicks: boolean;
  readonly width: number;
  readonly height: number;
  readonly visible: boolean;
}

interface Curve {
  readonly points: (run: Run) => readonly Point[];
  readonly at: (run: Run, step: number) => Point | null;
  readonly best: (run: Run) => Point | null;
}

function curveOf(protocol: Protocol): Curve {
  const point = (run: Run, figures: EpochFigures | undefined): Point | null =>
    figures
      ? { x: figures.step / (run.started?.stepsPerEpoch ?? 1), y: figures.validation[protocol] }
      : null;
  return {
    points: (run) => epochPoints(run, (each) => each.validation[protocol]),
    at: (run, step) => point(run, epochAt(run, step)),
    best: (run) => point(run, bestEpoch(run)),
  };
}

const CURVES: Readonly<Record<Protocol, Curve>> = {
  ssim: curveOf("ssim"),
  ssimWriteup: curveOf("ssimWriteup"),
};
const measured = (state: AppState) => state.run?.epochs;

/** SSIM on the validation split after each epoch, with the marks to beat. */
export default function SsimChart({ config, ...props }: Props) {
  const { protocol, pca, published, visible } = props;
  const earlier = useAppState((state) => state.earlier);
  const zoom = useAppState((state) => state.charts.zoom);
  const [from, to] = useEpochs();
  const faded = useMemo(() => {
    // Other garments are easier or harder: their SSIM does not compare.
    const comparable = earlier.filter(
      (each) => each.config.classes.join() === config.classes.join(),
    );
    return earlierCurves(comparable, config, CURVES[protocol].points);
  }, [earlier, config, protocol]);

  const trained = useAppState(({ run }) => (run?.epochs.length ?? 0) > 0);
  const rangeOf = useCallback(
    (run: Run | null) => {
      const points = run?.started ? CURVES[protocol].points(run) : [];
      const references = [pca, published].filter((value) => value !== null);
      const others = faded.map((curve) => curve.points.filter(({ x }) => x <= to));
      const whole = ssimRange(points, references, others);
      const shown = [...points, ...others.flat()].filter(({ x }) => x >= from && x <= to);
      return zoom ? fittedRange(shown, whole) : whole;
    },
    [protocol, pca, published, faded, zoom, from, to],
  );
  const [low, high] = useRunRange(rangeOf, visible);
  return (
    <Frame
      {...props}
      trained={trained}
      from={from}
      to={to}
      low={low}
      high={Math.min(1, high)}
      faded={faded}
    />
  );
}

interface FrameProps extends Omit<Props, "config"> {
  readonly trained: boolean;
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  readonly faded: readonly EarlierCurve[];
}

/** Axes and reference lines: what stands still between two refits. */
const Frame = memo(function Frame(props: FrameProps) {
  const { protocol, pca, published, withTicks, width, height, visible, faded } = props;
  const { trained, from, to, low, high } = props;
  const isInside = (value: number | null) => value !== null && value >= low && value <= high;
  const marks = [
    { colour: "var(--pca)", value: isInside(pca) ? pca : null },
    { colour: "var(--published)", value: isInside(published) ? published : null },
  ];
  const { points, at, best } = CURVES[protocol];
  return (
    <LineChart
      accessibilityLayer={false}
      width={width}
      height={height}
      data={BLANK}
      margin={WITH_MARKS}
    >
      <EpochAxes
        epochs={[from, to]}
        range={[low, high]}
        marks={linearMarks([low, high], 2)}
        withTicks={withTicks}
      />
      {pca !== null && (
        <ReferenceLine y={pca} stroke="var(--pca)" strokeWidth={1.5} strokeDasharray="6 4" />
      )}
      {published !== null && (
        <ReferenceLine y={published} stroke="var(--published)" strokeWidth={1.2} />
      )}
      <ReferenceMarks marks={marks} />
      <EarlierCurves curves={faded} />
      {trained && (
        <LiveCurve
          points={points}
          watch={measured}
          at={at}
          ring={best}
          stroke="var(--net)"
          strokeWidth={2}
          dots
          visible={visible}
        />
      )}
      <EarlierNames
        curves={faded}
        points={(run) => [points(run)]}
        levels={[pca, published]}
        low={low}
        visible={visible}
      />
    </LineChart>
  );
});
