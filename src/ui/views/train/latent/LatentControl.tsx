import type { CSSProperties, KeyboardEvent } from "react";
import { SETTINGS } from "../../../../config/settings";
import { useApp, useAppState } from "../../../kit/hooks";
import { NumberField } from "../../../kit/NumberField";
import { PutBack } from "../../../kit/PutBack";
import slider from "../../../kit/Slider.module.css";
import { sizeAfterKey, toPosition, toSize } from "../../../kit/sizeScale";
import { LabelWord } from "../../../kit/Word";
import classes from "./LatentControl.module.css";

/** Its id: what takes a size elsewhere leaves the focus here. */
export const SIZE_SLIDER = "latent-size";

const { max } = SETTINGS.latentSize.type.limits;
/** Right end of the slider. */
const END = toPosition(max);
const MARKS = [1, 8, 32, 128, 512];

/** How many numbers the net may keep of a garment: a logarithmic slider and a box. */
export function LatentControl() {
  const app = useApp();
  const size = useAppState((state) => state.settings.latentSize);
  const set = (latentSize: number) => app.change({ latentSize });

  const onKeyDown = (event: KeyboardEvent) => {
    const next = sizeAfterKey(event.key, size, max);
    if (next === null) return;
    event.preventDefault();
    set(next);
  };

  const position = toPosition(size);
  return (
    <div className={classes.control}>
      <div className={classes.name}>
        <label htmlFor={SIZE_SLIDER} className={classes.label}>
          <LabelWord>Latent size</LabelWord>
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
          id={SIZE_SLIDER}
          className={slider.slider}
          type="range"
          min={0}
          max={END}
          step="any"
          value={position}
          aria-valuetext={size === 1 ? "1 number" : `${size} numbers`}
          style={{ "--filled": `${(position / END) * 100}%` } as CSSProperties}
          onChange={(event) => set(toSize(Number(event.currentTarget.value), max))}
          onKeyDown={onKeyDown}
        />
        <div className={classes.marks} aria-hidden="true">
          {MARKS.map((mark) => (
            <span key={mark} style={{ left: `${(toPosition(mark) / END) * 100}%` }}>
              {mark}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
}
