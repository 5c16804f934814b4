import { scaleLinear } from "d3-scale";
import { memo, useMemo, useRef } from "react";
import { Bar, ComposedChart, Line, YAxis } from "recharts";
import { binStart, histogram, quantile } from "../../math/histogram";
import { mean } from "../../math/vectors";
import { ssim, whole } from "../kit/format";
import { useSize } from "../kit/hooks";
import { RangeBrush } from "./RangeBrush";
import classes from "./Spread.module.css";

interface Props {
  /** SSIM of each image, of the net or of PCA. */
  readonly values: Float32Array;
  readonly tone: "net" | "pca";
  /** What a line over the bars shows, PCA's unless `line` says otherwise; null for none. */
  readonly rival: Float32Array | null;
  readonly line?: RivalLine;
  readonly range: readonly [number, number] | null;
  readonly onRange: (range: readonly [number, number] | null) => void;
}

interface RivalLine {
  readonly colour: string;
  /** What its counts are multiplied by. */
  readonly scale: number;
}

const PCA_LINE: RivalLine = { colour: "var(--pca)", scale: 1 };

const BINS = 40;
/** Room around the bars, CSS pixels; the axis is drawn below by hand, so that brush and bars agree. */
const MARGIN = { top: 8, right: 10, bottom: 0, left: 0 };
const COUNTS_WIDTH = 40;
const AXIS_HEIGHT = 26;

/** How SSIM is spread over the test split, with a brush that chooses part of it. */
export default function Spread(props: Props) {
  const { values, tone, rival, line = PCA_LINE, range, onRange } = props;
  const room = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(room);
  const low = useMemo(() => lowestShown(values, rival), [values, rival]);
  const plot = Math.max(0, width - COUNTS_WIDTH - MARGIN.right);
  const axis = scaleLinear().domain([low, 1]).range([0, plot]);
  const average = useMemo(() => mean(values), [values]);
  return (
    <div ref={room} className={classes.room} data-testid="spread">
      {width > 0 && height > 0 && (
        <>
          <div
            role="img"
            aria-label={`SSIM of ${whole(values.length)} images, mean ${ssim(average)}, lowest ${ssim(Math.min(...values))}`}
          >
            <Bars
              values={values}
              tone={tone}
              rival={rival}
              colour={line.colour}
              scale={line.scale}
              low={low}
              width={width}
              height={height - AXIS_HEIGHT}
            />
          </div>
          <RangeBrush
            left={COUNTS_WIDTH}
            top={MARGIN.top}
            width={plot}
            height={height - AXIS_HEIGHT - MARGIN.top}
            low={low}
            high={1}
            step={(1 - low) / BINS}
            range={range}
            onRange={onRange}
          />
          <div
            className={classes.axis}
            style={{ left: COUNTS_WIDTH, width: plot }}
            aria-hidden="true"
          >
            {axis.ticks(5).map((tick) => (
              <span key={tick} style={{ left: axis(tick) }}>
                {tick.toFixed(2)}
              </span>
            ))}
          </div>
        </>
      )}
    </div>
  );
}

/** Where the axis begins: below all but the worst images, which the first bar takes in. */
function lowestShown(values: Float32Array, rival: Float32Array | null): number {
  const low = Math.min(quantile(values, 0.004), rival ? quantile(rival, 0.004) : 1);
  return Math.max(-1, Math.min(0.95, Math.floor(low * 20) / 20));
}

interface BarsProps extends Pick<Props, "values" | "tone" | "rival">, RivalLine {
  readonly low: number;
  readonly width: number;
  readonly height: number;
}

const Bars = memo(function Bars(props: BarsProps) {
  const { values, tone, rival, colour, scale, low, width, height } = props;
  const data = useMemo(() => {
    const own = histogram(values, low, 1, BINS);
    const other = rival && histogram(rival, low, 1, BINS);
    return Array.from(own.counts, (count, bin) => ({
      at: binStart(own, bin),
      count,
      ...(other ? { rival: scale * (other.counts[bin] ?? 0) } : {}),
    }));
  }, [values, rival, scale, low]);
  return (
    <ComposedChart
      accessibilityLayer={false}
      width={width}
      height={height}
      data={data}
      margin={MARGIN}
      barCategoryGap={1}
    >
      <YAxis
        width={COUNTS_WIDTH}
        tick={{ fontSize: 12, fill: "var(--ink-3)" }}
        tickLine={false}
        axisLine={false}
        allowDecimals={false}
      />
      <Bar dataKey="count" fill={`var(--${tone})`} isAnimationActive={false} />
      {rival && (
        <Line
          dataKey="rival"
          type="step"
          stroke={colour}
          strokeWidth={1.5}
          dot={false}
          isAnimationActive={false}
        />
      )}
    </ComposedChart>
  );
});
