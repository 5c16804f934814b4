import classes from "./ModelView.module.css";
import type { Wiring } from "./wiring";

interface Props {
  readonly wiring: Wiring;
  /** Of all rows, the image's first. */
  readonly heights: readonly number[];
  readonly gutter: number;
}

/** Pixels between two lanes. */
export const LANE = 9;
const TURN = 16;

/** A dot for each row; a line to the row above, and bows to those further up. */
export function Wires({ wiring, heights, gutter }: Props) {
  const x = gutter - 8;
  const tops = heights.map((_, row) =>
    heights.slice(0, row).reduce((sum, height) => sum + height, 0),
  );
  const middles = tops.map((top, row) => top + heights[row]! / 2);
  const y = (row: number) => middles[row]!;
  return (
    <svg
      className={classes.wires}
      style={{ top: heights[0] }}
      width={gutter}
      height={tops.at(-1)! + heights.at(-1)!}
      aria-hidden="true"
    >
      {Array.from(wiring.joined, (row) => (
        <path key={row} d={`M${x} ${y(row - 1)}V${y(row)}`} />
      ))}
      {wiring.wires.map(({ from, to, lane }) => {
        const left = x - lane * LANE;
        const [start, end] = [y(from), y(to)];
        const out = `C${left} ${start} ${left} ${start} ${left} ${start + TURN}`;
        return (
          <path
            key={`${from}-${to}`}
            d={`M${x} ${start}${out}V${end - TURN}C${left} ${end} ${left} ${end} ${x} ${end}`}
          />
        );
      })}
      {middles.map((middle) => (
        <circle key={middle} cx={x} cy={middle} r="3" />
      ))}
    </svg>
  );
}
