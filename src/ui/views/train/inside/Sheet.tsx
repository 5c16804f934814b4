import { type KeyboardEvent, type PointerEvent, useMemo } from "react";
import { useScheme } from "../../../kit/scheme";
import { useDrag } from "../../../kit/useDrag";
import { PixelCanvas } from "../../../pictures/PixelCanvas";
import { rasterOf, type Tone } from "./colours";
import classes from "./Inside.module.css";
import type { Seen } from "./seen";

interface Props {
  /** In rows; NaN is left out. */
  readonly values: Float32Array;
  readonly width: number;
  readonly tone: Tone;
  /** What takes the full colour. */
  readonly most: number;
  /** CSS pixels that its longer side may take. */
  readonly room: number;
  /** What is framed; null for nothing. */
  readonly framed: Seen | null;
  /** Read aloud. */
  readonly label: string;
  /** Hears which of the values somebody points at; left out, nobody can. */
  readonly onPick?: (cell: number) => void;
  /** How far an arrow key goes; a single number where nothing is said. */
  readonly pitch?: { readonly rows: number; readonly columns: number };
  /** Hears that the one before (−1) or behind it is asked for, by Page Up and Page Down. */
  readonly onTurn?: (by: 1 | -1) => void;
}

/** Pixels of the page for one of the sheet's, at most. */
const LARGEST = 24;

/** Numbers as a picture, in which one can be pointed at: by pointer, touch and arrow keys. */
export function Sheet({ values, width, tone, most, room, framed, label, ...actions }: Props) {
  const { onPick, onTurn, pitch = { rows: 1, columns: 1 } } = actions;
  const scheme = useScheme();
  const raster = useMemo(
    () => rasterOf(values, width, most, tone, scheme),
    [values, width, most, tone, scheme],
  );
  const { height } = raster;
  const longer = Math.max(width, height);
  const scale = Math.min(LARGEST, longer <= room ? Math.floor(room / longer) : room / longer);
  const picture = (
    <>
      <PixelCanvas raster={raster} scale={scale} {...(onPick ? {} : { label })} />
      {framed && <Frame {...framed} scale={scale} />}
    </>
  );
  const pick = (event: PointerEvent<Element>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const within = (at: number, size: number) => Math.min(size - 1, Math.max(0, Math.floor(at)));
    const column = within((event.clientX - box.left) / scale, width);
    const row = within((event.clientY - box.top) / scale, height);
    const cell = row * width + column;
    if (cell < values.length) onPick?.(cell);
  };
  const pointer = useDrag({ onStart: pick, onMove: pick });
  if (!onPick) return <div className={classes.sheet}>{picture}</div>;

  const onKeyDown = (event: KeyboardEvent) => {
    const { top = 0, left = 0 } = framed ?? {};
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [top, left - pitch.columns],
      ArrowRight: [top, left + pitch.columns],
      ArrowUp: [top - pitch.rows, left],
      ArrowDown: [top + pitch.rows, left],
    };
    const to = moves[event.key];
    if (to) {
      const [row, column] = to;
      const cell = row * width + column;
      if (row >= 0 && column >= 0 && column < width && cell < values.length) onPick(cell);
    } else if (onTurn && (event.key === "PageUp" || event.key === "PageDown")) {
      onTurn(event.key === "PageUp" ? -1 : 1);
    } else return;
    event.preventDefault();
  };
  return (
    <button
      type="button"
      className={classes.sheet}
      data-pick=""
      aria-label={label}
      onKeyDown={onKeyDown}
      {...pointer}
    >
      {picture}
    </button>
  );
}

function Frame({ top, left, rows, columns, scale }: Seen & { readonly scale: number }) {
  return (
    <span
      className={classes.frame}
      style={{
        left: left * scale,
        top: top * scale,
        width: columns * scale,
        height: rows * scale,
      }}
    />
  );
}
