import { CartesianGrid, Line, LineChart, XAxis, YAxis } from "recharts";
import type { RunRecord } from "../../../../storage/record";
import { AXIS, dotsOf, epochTicks, GRID, MARGIN, Y_AXIS_WIDTH } from "../../../charts/chartStyle";
import { niceTicks } from "../../../charts/curves";
import { colourOf, DASHES } from "./colours";
import { type CurveMeasure, labelsOf } from "./measures";

interface Props {
  readonly records: readonly RunRecord[];
  readonly measure: CurveMeasure;
  readonly width: number;
  readonly height: number;
}

/** Epochs of a curve at most: more are not seen at this width. */
const MOST_POINTS = 250;

/** One figure of each run's validation, epoch by epoch, one over the other. */
export default function CompareChart({ records, measure, width, height }: Props) {
  const curves = records.map(({ epochs }) => {
    const stride = Math.max(1, Math.ceil(epochs.length / MOST_POINTS));
    const kept = epochs.filter((_, i) => (epochs.length - 1 - i) % stride === 0);
    return kept.map((epoch) => ({ x: epoch.epoch, y: measure.figure(epoch) }));
  });
  const labels = labelsOf(records);
  const end = Math.max(2, ...records.map(({ epochs }) => epochs.at(-1)?.epoch ?? 0));
  const range = rangeOf(curves.map((curve) => curve.map(({ y }) => y)));
  return (
    <LineChart accessibilityLayer={false} width={width} height={height} margin={MARGIN}>
      <CartesianGrid {...GRID} />
      <XAxis {...AXIS} dataKey="x" type="number" domain={[0, end]} ticks={epochTicks([0, end])} />
      <YAxis
        {...AXIS}
        width={Y_AXIS_WIDTH}
        type="number"
        domain={[...range]}
        allowDataOverflow
        ticks={niceTicks(range, 4)}
        tickFormatter={measure.show}
      />
      {curves.map((curve, place) => (
        <Line
          key={records[place]!.id}
          data={curve}
          dataKey="y"
          name={labels[place]!}
          stroke={colourOf(place)}
          strokeDasharray={DASHES[place] ?? ""}
          strokeWidth={2}
          dot={curve.length < 3 && dotsOf(colourOf(place))}
          activeDot={false}
          isAnimationActive={false}
        />
      ))}
    </LineChart>
  );
}

/** From the least to the most of what comes after the steep first tenth of each curve. */
function rangeOf(curves: readonly (readonly number[])[]): readonly [number, number] {
  const later = curves.flatMap((values) => values.slice(Math.floor(values.length / 10)));
  const [low, high] = [Math.min(...later), Math.max(...later)];
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - room, high + room];
}
