import { memo, useEffect, useMemo, useRef } from "react";
import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceDot,
  usePlotArea,
  useXAxisScale,
  XAxis,
  YAxis,
} from "recharts";
import type { Published } from "../../core/published";
import type { Curve } from "../../state/lab/types";
import { ssim } from "../common/format";
import { AXIS, BLANK, GRID, MARGIN, Y_AXIS_WIDTH } from "../training/chartStyle";
import { niceTicks, type Protocol } from "../training/curves";
import { useBench, useBenchState } from "./bench";
import { marksOf, toPosition } from "./scale";

/** The last published point's figure is centred on the right end. */
const WITH_LABELS = { ...MARGIN, right: 24 };

interface Props {
  readonly protocol: Protocol;
  readonly published: readonly Published[];
  readonly width: number;
  readonly height: number;
}

/** Curves against the slider's own scale, and a line where it stands. */
export default memo(function SizeChart({ protocol, published, width, height }: Props) {
  const largest = useBenchState((state) => state.net?.config.latentSize ?? 256);
  const net = usePoints(
    useBenchState((state) => state.netCurve),
    protocol,
  );
  const pca = usePoints(
    useBenchState((state) => state.pcaCurve),
    protocol,
  );
  const jpeg = usePoints(
    useBenchState((state) => state.jpegCurve),
    protocol,
  );
  const lowest = Math.min(0.6, ...[...net, ...pca, ...jpeg].map(({ y }) => y));
  const low = Math.max(0, Math.floor(lowest * 10) / 10);
  const end = toPosition(largest);
  const line = { dataKey: "y", isAnimationActive: false, strokeWidth: 2, type: "linear" } as const;
  return (
    <LineChart width={width} height={height} data={BLANK} margin={WITH_LABELS}>
      <CartesianGrid {...GRID} />
      <XAxis
        {...AXIS}
        dataKey="x"
        type="number"
        domain={[0, end]}
        ticks={marksOf(largest).map(toPosition)}
        tickFormatter={(position: number) => String(Math.round(2 ** position))}
        interval={0}
        allowDataOverflow
      />
      <YAxis
        {...AXIS}
        width={Y_AXIS_WIDTH}
        type="number"
        domain={[low, 1]}
        ticks={niceTicks([low, 1], 5)}
        tickFormatter={(value: number) => value.toFixed(1)}
        allowDataOverflow
      />
      <Line {...line} data={jpeg} stroke="var(--jpeg)" strokeDasharray="2 4" dot={false} />
      <Line {...line} data={pca} stroke="var(--pca)" strokeDasharray="6 4" dot={false} />
      <Line
        {...line}
        data={net}
        stroke="var(--net)"
        strokeWidth={2.5}
        dot={{ r: 3, fill: "var(--net)", strokeWidth: 0 }}
      />
      {published
        .filter(({ latentSize }) => latentSize <= largest)
        .map(({ latentSize, ssimWriteup }) => (
          <ReferenceDot
            key={latentSize}
            x={toPosition(latentSize)}
            y={ssimWriteup}
            r={4.5}
            fill="var(--paper)"
            stroke="var(--published)"
            strokeWidth={2}
            label={{
              value: ssim(ssimWriteup),
              position: "bottom",
              fontSize: 12,
              fill: "var(--published)",
            }}
          />
        ))}
      <Here />
    </LineChart>
  );
});

function usePoints(curve: Curve, protocol: Protocol) {
  return useMemo(
    () => curve.map(({ kept, mean }) => ({ x: toPosition(kept), y: mean[protocol] })),
    [curve, protocol],
  );
}

/** A line at the slider's size: moved in place, so that Recharts draws nothing anew. */
function Here() {
  const { store } = useBench();
  const line = useRef<SVGLineElement>(null);
  const area = usePlotArea();
  const scale = useXAxisScale();

  useEffect(() => {
    if (!scale) return;
    const move = () => {
      const x = (scale(toPosition(store.getState().kept)) ?? 0).toFixed(1);
      line.current?.setAttribute("x1", x);
      line.current?.setAttribute("x2", x);
    };
    move();
    return store.subscribe(move);
  }, [store, scale]);

  if (!area) return null;
  return (
    <line
      ref={line}
      data-testid="here"
      y1={area.y}
      y2={area.y + area.height}
      stroke="var(--net)"
      strokeWidth="1.5"
      strokeOpacity="0.6"
    />
  );
}
