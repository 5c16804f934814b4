import { memo } from "react";
import { Line, LineChart, ReferenceLine } from "recharts";
import type { Probe } from "../../../../protocol/inference";
import type { Probes } from "../../../../state/space/probe";
import { REFERENCE_LABEL, WITH_MARKS } from "../../../charts/chartStyle";
import { CURVE, NO_SIZES, SizeAxes } from "../../../charts/SizeAxes";
import { ssim } from "../../../kit/format";

interface Props {
  readonly by: "nearest" | "linear";
  readonly probes: Probes;
  /** All that the axis has room for from the start. */
  readonly sizes: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** A factor beyond either end, a tenth of an octave, so that the last points are whole. */
const BEYOND = 2 ** 0.1;

/** Accuracy against the size of the code, and what all pixels reach. */
export default memo(function ProbeChart({ by, probes, sizes, width, height }: Props) {
  const pointsOf = (probe: Probe | undefined) =>
    (probe?.points ?? []).map((point) => ({ x: point.size, y: point[by] }));
  const net = pointsOf(probes.net);
  const pca = pointsOf(probes.pca);
  const pixels = probes.pixels?.points[0]?.[by];
  const lowest = Math.min(...[...net, ...pca].map(({ y }) => y), pixels ?? 1, 1);
  const low = Math.max(0, Math.floor(lowest * 20) / 20);
  const last = Math.max(2, sizes.at(-1) ?? 2);
  return (
    <LineChart
      accessibilityLayer={false}
      width={width}
      height={height}
      data={NO_SIZES}
      margin={WITH_MARKS}
    >
      <SizeAxes sizes={sizes} from={1 / BEYOND} to={last * BEYOND} low={low} high={1} ticks={5} />
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
