import { Line, LineChart } from "recharts";
import type { RunRecord } from "../../../../storage/record";
import { dotsOf, MARGIN } from "../../../charts/chartStyle";
import { everyNth } from "../../../charts/curves";
import { EpochAxes } from "../../../charts/EpochAxes";
import { linearMarks } from "../../../charts/ticks";
import type { CurveMeasure, Labelled } from "./measures";
import { colourOf, DASHES } from "./RunKey";

interface Props {
  readonly runs: readonly Labelled<RunRecord>[];
  readonly measure: CurveMeasure;
  readonly width: number;
  readonly height: number;
}

/** Epochs of a curve at most: more are not seen at this width. */
const MOST_POINTS = 250;

/** One figure of each run's validation, epoch by epoch, one over the other. */
export default function CompareChart({ runs, measure, width, height }: Props) {
  const curves = runs.map(({ record, label, place }) => ({
    id: record.id,
    label,
    place,
    points: everyNth(record.epochs, MOST_POINTS).map((epoch) => ({
      x: epoch.epoch,
      y: measure.figure(epoch),
    })),
  }));
  const end = Math.max(2, ...runs.map(({ record }) => record.epochs.at(-1)?.epoch ?? 0));
  const range = rangeOf(curves.map(({ points }) => points.map(({ y }) => y)));
  return (
    <LineChart accessibilityLayer={false} width={width} height={height} margin={MARGIN}>
      <EpochAxes epochs={[0, end]} range={range} marks={linearMarks(range, 4)} />
      {curves.map(({ id, label, place, points }) => (
        <Line
          key={id}
          data={points}
          dataKey="y"
          name={label}
          stroke={colourOf(place)}
          strokeDasharray={DASHES[place] ?? ""}
          strokeWidth={2}
          dot={points.length < 3 && dotsOf(colourOf(place))}
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
