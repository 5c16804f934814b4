import { scaleLinear } from "d3-scale";
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { ssim } from "../kit/format";
import { useDrag } from "../kit/useDrag";
import classes from "./RangeBrush.module.css";
import { afterKey, dragged, type Range } from "./range";

interface Props {
  /** Where the plot is within its room, CSS pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** What the plot's ends stand for. */
  readonly low: number;
  readonly high: number;
  /** What an arrow key moves an end by. */
  readonly step: number;
  readonly range: Range | null;
  readonly onRange: (range: Range | null) => void;
}

/** Chooses part of an axis: dragged over the plot, or with two sliders by keyboard. */
export function RangeBrush(props: Props) {
  const { left, top, width, height, low, high, step, range, onRange } = props;
  const frame = useRef<HTMLDivElement>(null);
  /** Where a drag began; not React state, since a fast drag moves before React renders. */
  const begun = useRef(low);
  const [from, to] = range ?? [low, high];
  const axis = scaleLinear().domain([low, high]).range([0, width]).clamp(true);

  const valueAt = (event: PointerEvent): number => {
    const edge = frame.current?.getBoundingClientRect().left ?? event.clientX;
    return axis.invert(event.clientX - edge);
  };

  const choose = (event: PointerEvent) =>
    onRange(dragged(begun.current, valueAt(event), [low, high]));
  const drag = useDrag({
    onStart(event) {
      begun.current = valueAt(event);
    },
    onMove: choose,
    // A click without a drag shows everything again.
    onEnd: choose,
  });

  const ends = [
    { name: "Lowest SSIM shown", at: 0, value: from },
    { name: "Highest SSIM shown", at: 1, value: to },
  ] as const;

  return (
    <div
      ref={frame}
      className={classes.brush}
      style={{ left, top, width, height }}
      data-testid="brush"
      data-screen-only=""
      {...drag}
    >
      {range && <div className={classes.outside} style={{ left: 0, width: axis(from) }} />}
      {range && <div className={classes.outside} style={{ left: axis(to), right: 0 }} />}
      {ends.map(({ name, at, value }) => (
        <div
          key={name}
          className={classes.end}
          role="slider"
          tabIndex={0}
          aria-label={name}
          aria-valuemin={low}
          aria-valuemax={high}
          aria-valuenow={value}
          aria-valuetext={ssim(value)}
          style={{ left: axis(value) }}
          onKeyDown={(event: KeyboardEvent) => {
            const next = afterKey(event.key, at, [from, to], [low, high], step);
            if (next === undefined) return;
            event.preventDefault();
            onRange(next);
          }}
        />
      ))}
    </div>
  );
}
