import { CartesianGrid, XAxis, YAxis, type YAxisProps } from "recharts";
import { AXIS, GRID, Y_AXIS_WIDTH } from "./chartStyle";
import type { Epochs } from "./curves";
import { epochTicks } from "./ticks";

interface Props {
  readonly epochs: Epochs;
  /** Ends of the vertical axis. */
  readonly range: readonly [number, number];
  /** What stands at the vertical axis, as `linearMarks` gives it. */
  readonly marks: Pick<YAxisProps, "ticks" | "tickFormatter">;
  readonly scale?: "linear" | "log";
  /** The epochs stand under the axis. */
  readonly withTicks?: boolean;
}

/** Epochs to the right, and a figure upwards. */
export function EpochAxes({ epochs, range, marks, scale = "linear", withTicks = true }: Props) {
  return (
    <>
      <CartesianGrid {...GRID} />
      <XAxis
        {...AXIS}
        dataKey="x"
        type="number"
        domain={[...epochs]}
        allowDataOverflow
        ticks={epochTicks(epochs)}
        {...(withTicks ? {} : { tick: false, height: 1 })}
      />
      <YAxis
        {...AXIS}
        width={Y_AXIS_WIDTH}
        type="number"
        scale={scale}
        domain={[...range]}
        allowDataOverflow
        {...marks}
      />
    </>
  );
}
