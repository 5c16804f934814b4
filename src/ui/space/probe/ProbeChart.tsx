import { memo } from "react";
import { CartesianGrid, Line, LineChart, ReferenceLine, XAxis, YAxis } from "recharts";
import type { Probe } from "../../../protocol/lab";
import type { Probes } from "../../../state/space/probe";
import { ssim } from "../../common/format";
import {
  AXIS,
  BLANK,
  GRID,
  REFERENCE_LABEL,
  WITH_MARKS,
  Y_AXIS_WIDTH,
} from "../../training/chartStyle";
import { niceTicks } from "../../training/curves";

interface Props {
  readonly by: "nearest" | "linear";
  readonly probes: Probes;
  /** All that the axis has room for from the start. */
  readonly sizes: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** Accuracy against the size of the code, and what all pixels reach. */
export default memo(function ProbeChart({ by, probes, sizes, width, height }: Props) {
  const pointsOf = (probe: Probe | undefined) =>
    (probe?.points ?? []).map((point) => ({ x: Math.log2(point.size), y: point[by] }));
  const net = pointsOf(probes.net);
  const pca = pointsOf(probes.pca);
  const pixels = probes.pixels?.points[0]?.[by];
  const lowest = Math.min(...[...net, ...pca].map(({ y }) => y), pixels ?? 1, 1);
  const low = Math.max(0, Math.floor(lowest * 20) / 20);
  const positions = sizes.map((size) => Math.log2(size));
  const last = Math.max(1, positions.at(-1) ?? 1);
  const line = { dataKey: "y", isAnimationActive: false, strokeWidth: 2, type: "linear" } as const;
  return (
    <LineChart width={width} height={height} data={BLANK} margin={WITH_MARKS}>
      <CartesianGrid {...GRID} />
      <XAxis
        {...AXIS}
        dataKey="x"
        type="number"
        domain={[-0.1, last + 0.1]}
        ticks={positions}
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
        tickFormatter={(value: number) => value.toFixed(2)}
        allowDataOverflow
      />
      {pixels !== undefined && (
        <ReferenceLine
          y={pixels}
          stroke="var(--published)"
          strokeDasharray="4 4"
          label={{
            ...REFERENCE_LABEL,
            value: ssim(pixels),
            position: "right",
            fill: "var(--published)",
          }}
        />
      )}
      <Line
        {...line}
        data={pca}
        stroke="var(--pca)"
        strokeDasharray="6 4"
        dot={{ r: 2.5, fill: "var(--pca)", strokeWidth: 0 }}
      />
      <Line
        {...line}
        data={net}
        stroke="var(--net)"
        strokeWidth={2.5}
        dot={{ r: 3.5, fill: "var(--net)", strokeWidth: 0 }}
      />
    </LineChart>
  );
});
