import { memo } from "react";
import { ErrorBar, Line, LineChart } from "recharts";
import type { Spread } from "../../../../report/spread";
import type { Published } from "../../../../runs/published";
import { hashOfRun, SHIPPED } from "../../../../state/current-net";
import type { SweepRow } from "../../../../state/lab/sweep";
import { MARGIN } from "../../../charts/chartStyle";
import { rounded } from "../../../charts/ranges";
import { CURVE, dashed, NO_SIZES, PublishedDots, SizeAxes } from "../../../charts/SizeAxes";
import { endsOf } from "../../../kit/sizeScale";

interface Props {
  readonly rows: readonly SweepRow[];
  /** All planned sizes: the axis has room for them from the start. */
  readonly sizes: readonly number[];
  readonly figure: "ssimWriteup" | "validationLoss";
  /** Within the sizes. */
  readonly published: readonly Published[];
  readonly width: number;
  readonly height: number;
}

/** A factor beyond either end, a fifth of an octave, so that the last points are whole. */
const BEYOND = 2 ** 0.2;

interface SweepPoint {
  readonly x: number;
  readonly y: number;
  readonly deviation: number;
}

const pointOf = (latent: number, { mean, deviation }: Spread): SweepPoint => ({
  x: latent,
  y: mean,
  deviation: deviation ?? 0,
});

/** A figure of a sweep against latent size, with error bars over the seeds. */
export default memo(function SweepChart(props: Props) {
  const { rows, sizes, figure, published, width, height } = props;
  const isSsim = figure === "ssimWriteup";
  const net = rows.map(({ latent, net: figures, validationLoss }) =>
    pointOf(latent, isSsim ? figures.ssimWriteup : validationLoss),
  );
  const pca = isSsim ? rows.map((row) => pointOf(row.latent, row.pca.ssimWriteup)) : [];
  const ends = [...net, ...pca].flatMap(({ y, deviation }) => [y - deviation, y + deviation]);
  const [low, high] = isSsim ? ssimEnds(ends) : lossEnds(ends);
  const [first, last] = endsOf(sizes);
  const colour = isSsim ? "var(--net)" : "var(--validation)";
  return (
    <LineChart
      accessibilityLayer={false}
      width={width}
      height={height}
      data={NO_SIZES}
      margin={MARGIN}
    >
      <SizeAxes
        sizes={sizes}
        from={first / BEYOND}
        to={last * BEYOND}
        low={low}
        high={high}
        ticks={4}
      />
      {isSsim && <Line {...dashed(pca, "var(--pca)")} strokeDasharray="6 4" />}
      <Line
        {...CURVE}
        data={net}
        stroke={colour}
        dot={({ cx, cy, index }) => (
          <a key={index} href={hashOfRun(rows[index]?.runs[0]?.id ?? SHIPPED)}>
            <title>Put this net on the bench</title>
            <circle cx={cx} cy={cy} r="5" fill={colour} />
          </a>
        )}
      >
        <ErrorBar dataKey="deviation" direction="y" width={5} stroke={colour} strokeWidth={1.5} />
      </Line>
      <PublishedDots published={published} />
    </LineChart>
  );
});

function ssimEnds(values: readonly number[]): [number, number] {
  const low = Math.min(0.7, ...values);
  return [Math.max(0, Math.floor(low * 10) / 10), 1];
}

/** Round ends around the values; nothing is known before the first. */
function lossEnds(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(high - low, high * 0.1) * 0.15;
  return rounded([low - room, high + room]);
}
