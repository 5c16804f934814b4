import { VisuallyHidden } from "@mantine/core";
import { type CSSProperties, memo } from "react";
import { useStore } from "zustand";
import { NUMBER_BINS, type NumberSpread } from "../../../../math/number-spread";
import { type Knobs, STEPS, stepValue } from "../../../../state/space/knobs";
import { ResetIcon } from "../../../kit/icons";
import slider from "../../../kit/Slider.module.css";
import { Garment } from "../Garment";
import classes from "./Knob.module.css";

interface Props {
  readonly knobs: Knobs;
  /** Its place in the code, from 0. */
  readonly number: number;
  readonly spread: NumberSpread;
}

/** A number's slider over its real range, its spread, and pictures from low to high. */
export const Knob = memo(function Knob({ knobs, number, spread }: Props) {
  const value = useStore(knobs.store, (state) => state.values[number]!);
  const own = useStore(knobs.store, (state) => state.own[number]!);
  const loss = useStore(knobs.store, (state) => state.ablation?.losses[number] ?? null);
  const low = spread.lows[number]!;
  const high = spread.highs[number]!;
  const name = `Number ${number + 1}`;
  return (
    <div className={classes.knob}>
      <p className={classes.name}>
        <b>{name}</b>
        {loss !== null && <span data-figures>{lossText(loss)}</span>}
        <output data-figures>{value.toFixed(2)}</output>
        {/* Its place is kept, so that nothing jumps while the knob turns. */}
        <button
          type="button"
          data-screen-only=""
          disabled={value === own}
          onClick={() => knobs.reset(number)}
        >
          <ResetIcon size={13} />
          <VisuallyHidden>Put {name} back</VisuallyHidden>
        </button>
      </p>
      <div className={classes.slider}>
        <Bars spread={spread} number={number} />
        <i className={classes.own} style={{ "--at": share(own, low, high) } as CSSProperties} />
        <input
          className={slider.slider}
          type="range"
          aria-label={name}
          min={low}
          max={high}
          step="any"
          value={Math.min(high, Math.max(low, value))}
          aria-valuetext={value.toFixed(2)}
          onChange={({ currentTarget }) => knobs.set(number, Number(currentTarget.value))}
          onKeyDown={(event) => {
            const direction = DIRECTIONS[event.key];
            if (direction === undefined) return;
            event.preventDefault();
            const next = value + (direction * (high - low)) / 40;
            knobs.set(number, Math.min(high, Math.max(low, next)));
          }}
        />
      </div>
      <Row knobs={knobs} number={number} spread={spread} />
    </div>
  );
});

/** A range input's own steps would be too small to see, where any value is allowed. */
const DIRECTIONS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
};

const share = (value: number, low: number, high: number): number =>
  Math.min(1, Math.max(0, (value - low) / (high - low)));

function lossText(loss: number): string {
  if (Math.abs(loss) < 0.00005) return "worth nothing";
  return `worth ${loss.toFixed(Math.abs(loss) < 0.001 ? 4 : 3)} of SSIM`;
}

/** How the number is spread over the test images. */
const Bars = memo(function Bars({ spread, number }: Pick<Props, "spread" | "number">) {
  const counts = spread.bins.subarray(number * NUMBER_BINS, (number + 1) * NUMBER_BINS);
  const most = Math.max(...counts);
  return (
    <svg
      className={classes.bars}
      viewBox={`0 0 ${NUMBER_BINS} 1`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path
        d={Array.from(counts, (count, bin) => `M${bin} 1v${-count / most}h0.9V1z`).join("")}
        fill="var(--line-strong)"
      />
    </svg>
  );
});

/** The garment with this number from low to high; a click sets it. */
function Row({ knobs, number, spread }: Props) {
  const strip = useStore(knobs.store, (state) => state.rows.get(number) ?? null);
  return (
    <div className={classes.row}>
      {Array.from({ length: STEPS }, (_, step) => {
        const value = stepValue(spread, number, step);
        return (
          // The slider is the keyboard's way to the same values.
          <button key={value} type="button" tabIndex={-1} onClick={() => knobs.set(number, value)}>
            <Garment strip={strip} place={step} size="100%" />
            <VisuallyHidden>
              Number {number + 1} to {value.toFixed(2)}
            </VisuallyHidden>
          </button>
        );
      })}
    </div>
  );
}
