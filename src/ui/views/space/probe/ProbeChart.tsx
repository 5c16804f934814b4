import { memo } from "react";
import { Line, LineChart, ReferenceLine } from "recharts";
import type { Probe } from "../../../../protocol/lab";
import type { Probes } from "../../../../state/space/probe";
import { BLANK, REFERENCE_LABEL, WITH_MARKS } from "../../../charts/chartStyle";
import { CURVE, SizeAxes } from "../../../charts/SizeAxes";
import { toPosition } from "../../../charts/sizeScale";
import { ssim } from "../../../kit/format";

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
    (probe?.points ?? []).map((point) => ({ x: toPosition(point.size), y: point[by] }));
  const net = pointsOf(probes.net);
  const pca = pointsOf(probes.pca);
  const pixels = probes.pixels?.points[0]?.[by];
  const lowest = Math.min(...[...net, ...pca].map(({ y }) => y), pixels ?? 1, 1);
  const low = Math.max(0, Math.floor(lowest * 20) / 20);
  const last = Math.max(1, toPosition(sizes.at(-1) ?? 2));
  return (
    <LineChart
      accessibilityLayer={false}
      width={width}
      height={height}
      data={BLANK}
      margin={WITH_MARKS}
    >
      <SizeAxes
        sizes={sizes}
        from={-0.1}
        to={last + 0.1}
        low={low}
        high={1}
        ticks={5}
        decimals={2}
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
        {...CURVE}
        data={pca}
        stroke="var(--pca)"
        strokeDasharray="6 4"
        dot={{ r: 2.5, fill: "var(--pca)", strokeWidth: 0 }}
      />
      <Line
        {...CURVE}
        data={net}
        stroke="var(--net)"
        strokeWidth={2.5}
        dot={{ r: 3.5, fill: "var(--net)", strokeWidth: 0 }}
      />
    </LineChart>
  );
});
