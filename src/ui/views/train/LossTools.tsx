import { useId } from "react";
import { MOST_SMOOTHING } from "../../../state/state";
import classes from "../../charts/ChartTools.module.css";
import { useApp, useAppState } from "../../kit/hooks";
import slider from "../../kit/Slider.module.css";

/** Units of the slider, log₂ of the steps that count: 1 / (1 − smoothing), from 1 to 100. */
const SLIDER_END = Math.log2(1 / (1 - MOST_SMOOTHING));

const toSlider = (smoothing: number): number => Math.log2(1 / (1 - smoothing));
const toSmoothing = (position: number): number =>
  Math.min(MOST_SMOOTHING, Math.round(100 * (1 - 2 ** -position)) / 100);

/** How the loss is drawn: smoothing of the training loss, and the kind of axis. */
export function LossTools() {
  const app = useApp();
  const { smoothing, logarithmic } = useAppState((state) => state.charts);
  const id = useId();
  return (
    <>
      <span className={classes.smoothing}>
        <label htmlFor={id}>Smooth</label>
        <input
          id={id}
          className={slider.slider}
          type="range"
          min={0}
          max={SLIDER_END}
          step="any"
          value={toSlider(smoothing)}
          aria-valuetext={smoothing.toFixed(2)}
          title="Share of each value that the ones before it make up, as in TensorBoard"
          onChange={({ currentTarget }) =>
            app.changeCharts({ smoothing: toSmoothing(Number(currentTarget.value)) })
          }
        />
        <output htmlFor={id}>{smoothing.toFixed(2)}</output>
      </span>
      <button
        type="button"
        aria-label="Log axis"
        title="Logarithmic axis"
        aria-pressed={logarithmic}
        onClick={() => app.changeCharts({ logarithmic: !logarithmic })}
      >
        Log
      </button>
    </>
  );
}
