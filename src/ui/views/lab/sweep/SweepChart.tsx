import { memo } from "react";
import { ErrorBar, Line, LineChart } from "recharts";
import type { Spread } from "../../../../report/spread";
import type { Published } from "../../../../runs/published";
import { hashOfRun, SHIPPED } from "../../../../state/current-net";
import type { SweepRow } from "../../../../state/lab/sweep";
import { BLANK, MARGIN } from "../../../charts/chartStyle";
import { niceTicks } from "../../../charts/curves";
import { CURVE, dashed, PublishedDots, SizeAxes } from "../../../charts/SizeAxes";
import { endsOf, toPosition } from "../../../charts/sizeScale";

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

interface Place {
  readonly x: number;
  readonly y: number;
  readonly deviation: number;
}

const placeOf = (latent: number, { mean, deviation }: Spread): Place => ({
  x: toPosition(latent),
  y: mean,
  deviation: deviation ?? 0,
});

/** A figure of a sweep against latent size, with error bars over the seeds. */
export default memo(function SweepChart(props: Props) {
  const { rows, sizes, figure, published, width, height } = props;
  const isSsim = figure === "ssimWriteup";
  const net = rows.map(({ latent, net: figures, validationLoss }) =>
    placeOf(latent, isSsim ? figures.ssimWriteup : validationLoss),
  );
  const pca = isSsim ? rows.map((row) => placeOf(row.latent, row.pca.ssimWriteup)) : [];
  const ends = [...net, ...pca].flatMap(({ y, deviation }) => [y - deviation, y + deviation]);
  const [low, high] = isSsim ? ssimEnds(ends) : lossEnds(ends);
  const [first, last] = endsOf(sizes);
  const colour = isSsim ? "var(--net)" : "var(--validation)";
  return (
    <LineChart
      accessibilityLayer={false}
      width={width}
      height={height}
      data={BLANK}
      margin={MARGIN}
    >
      <SizeAxes
        sizes={sizes}
        from={first - 0.2}
        to={last + 0.2}
        low={low}
        high={high}
        ticks={4}
        decimals={high - low < 0.1 ? 3 : 2}
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
function lossEnds(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(high - low, high * 0.1) * 0.15;
  const ticks = niceTicks([low - room, high + room], 4);
  return [Math.min(low - room, ticks[0] ?? low), Math.max(high + room, ticks.at(-1) ?? high)];
}
