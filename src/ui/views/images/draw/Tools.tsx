import { Switch } from "@mantine/core";
import classes from "./Tools.module.css";

export interface ToolSettings {
  readonly eraser: boolean;
  /** Pixels of the image. */
  readonly radius: number;
  /** 1 to 255. */
  readonly grey: number;
  readonly mirrored: boolean;
}

interface Props {
  readonly settings: ToolSettings;
  readonly onChange: (settings: ToolSettings) => void;
  readonly canUndo: boolean;
  readonly onUndo: () => void;
  readonly isClear: boolean;
  readonly onClear: () => void;
}

/** Brush and eraser, their size and grey, symmetry, undo and clear. */
export function Tools({ settings, onChange, canUndo, onUndo, isClear, onClear }: Props) {
  const set = (change: Partial<ToolSettings>) => onChange({ ...settings, ...change });
  const { eraser, radius, grey, mirrored } = settings;
  return (
    <div className={classes.tools}>
      <div className={classes.row}>
        <button type="button" aria-pressed={!eraser} onClick={() => set({ eraser: false })}>
          Brush
        </button>
        <button type="button" aria-pressed={eraser} onClick={() => set({ eraser: true })}>
          Eraser
        </button>
        <button type="button" disabled={!canUndo} onClick={onUndo}>
          Undo
        </button>
        <button type="button" disabled={isClear} onClick={onClear}>
          Clear
        </button>
      </div>
      <label>
        Size
        <input
          type="range"
          min={0.5}
          max={5}
          step={0.5}
          value={radius}
          aria-valuetext={`${2 * radius} pixels`}
          onChange={(event) => set({ radius: Number(event.currentTarget.value) })}
        />
      </label>
      <label>
        Grey
        <input
          type="range"
          min={1}
          max={255}
          value={grey}
          disabled={eraser}
          onChange={(event) => set({ grey: Number(event.currentTarget.value) })}
        />
        <i style={{ background: `rgb(${grey} ${grey} ${grey})` }} />
      </label>
      <Switch
        size="xs"
        label="Mirror left and right"
        checked={mirrored}
        onChange={(event) => set({ mirrored: event.currentTarget.checked })}
      />
    </div>
  );
}
