import type { CSSProperties, KeyboardEvent } from "react";
import { SETTINGS } from "../../../../config/settings";
import { useApp, useAppState } from "../../../kit/hooks";
import { NumberField } from "../../../kit/NumberField";
import { PutBack } from "../../../kit/PutBack";
import slider from "../../../kit/Slider.module.css";
import classes from "./LatentControl.module.css";
import { nextStop, SCALE_END, toPosition, toSize } from "./scale";

const MARKS = [1, 8, 32, 128, 512];

/** How many numbers the net may keep of a garment: a logarithmic slider and a box. */
export function LatentControl() {
  const app = useApp();
  const size = useAppState((state) => state.settings.latentSize);
  const set = (latentSize: number) => app.change({ latentSize });

  const onKeyDown = (event: KeyboardEvent) => {
    const to: Record<string, number> = {
      ArrowRight: nextStop(size, 1),
      ArrowUp: nextStop(size, 1),
      ArrowLeft: nextStop(size, -1),
      ArrowDown: nextStop(size, -1),
      PageUp: Math.min(SETTINGS.latentSize.type.limits.max, size * 2),
      PageDown: Math.max(SETTINGS.latentSize.type.limits.min, Math.round(size / 2)),
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    set(next);
  };

  const position = toPosition(size);
  return (
    <div className={classes.control}>
      <div className={classes.name}>
        <label htmlFor="latent-size" className={classes.label}>
          Latent size
        </label>
        <PutBack part="latentSize" />
      </div>
      <div className={classes.number}>
        <NumberField
          rule={SETTINGS.latentSize.type.limits}
          label="Latent size (number)"
          hideLabel
          value={size}
          onCommit={set}
        />
      </div>
      <div className={classes.slider}>
        <input
          id="latent-size"
          className={slider.slider}
          type="range"
          min={0}
          max={SCALE_END}
          step="any"
          value={position}
          aria-valuetext={size === 1 ? "1 number" : `${size} numbers`}
          style={{ "--filled": `${(position / SCALE_END) * 100}%` } as CSSProperties}
          onChange={(event) => set(toSize(Number(event.currentTarget.value)))}
          onKeyDown={onKeyDown}
        />
        <div className={classes.marks} aria-hidden="true">
          {MARKS.map((mark) => (
            <span key={mark} style={{ left: `${(toPosition(mark) / SCALE_END) * 100}%` }}>
              {mark}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}
