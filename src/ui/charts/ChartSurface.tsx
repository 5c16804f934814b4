import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import type { AppState } from "../../state/state";
import { useApp, useAppState } from "../kit/hooks";
import { cursorStep, endOfAxis, useEpochs } from "./axis";
import classes from "./ChartSurface.module.css";
import type { Epochs } from "./curves";

interface Props {
  readonly label: string;
  /** Pixels from the chart's edges to its plot. */
  readonly left: number;
  readonly right: number;
  readonly width: number;
}

/** Pixels that a pointer moves before it selects a range: less is a click. */
const DRAG_FROM = 5;

const stepsPerEpochOf = ({ run }: AppState): number => run?.started?.stepsPerEpoch ?? 0;
const lastStepOf = ({ run }: AppState): number => run?.losses.count ?? 0;

/**
 * What lies over a chart's plot: the crosshair, the range being selected, and the pointer and the
 * keys that move them. The pointer borrows the cursor and gives it back when it leaves; a click
 * leaves it where it is.
 */
export function ChartSurface({ label, left, right, width }: Props) {
  const app = useApp();
  const [from, to] = useEpochs();
  const zoom = useAppState((state) => state.charts.zoom);
  const stepsPerEpoch = useAppState(stepsPerEpochOf);
  const step = useAppState(cursorStep);
  const last = useAppState(lastStepOf);
  /** Where the cursor was before the pointer came, or where it was clicked to stay. */
  const kept = useRef<number | null>(null);
  /** Where the pointer has taken the cursor; undefined while it has not. */
  const hovered = useRef<number | null | undefined>(undefined);
  /** Where the pointer came in or was last: a page that moves under a resting one reports moves too. */
  const at = useRef<{ x: number; y: number } | null>(null);
  const start = useRef<number | null>(null);
  const [selected, setSelected] = useState<Epochs | null>(null);
  const room = Math.max(1, width - left - right);
  const place = (epoch: number): number => ((epoch - from) / (to - from)) * room;

  const epochOf = (event: PointerEvent<HTMLElement>): number => {
    const { left: edge } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - edge) / room));
    return from + share * (to - from);
  };
  const stepAt = (epoch: number): number | null => {
    const last = lastStepOf(app.store.getState());
    if (last === 0) return null;
    return Math.min(last, Math.max(1, Math.round(epoch * stepsPerEpoch)));
  };
  const show = (next: Epochs | null) => {
    const range = next && clamped(next);
    const isAll = range && range[0] === 0 && range[1] >= endOfAxis(app.store.getState());
    app.changeCharts({ zoom: isAll ? null : range });
  };
  const hold = (at: number | null) => {
    kept.current = at;
    app.setCursor(at);
  };

  /** From where the button went down to here, once that is more than a click; a finger never. */
  const dragged = (event: PointerEvent<HTMLElement>): Epochs | null => {
    if (start.current === null || event.pointerType === "touch") return null;
    const ends: Epochs = [start.current, epochOf(event)];
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    return place(high) - place(low) > DRAG_FROM ? [low, high] : null;
  };

  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const { clientX: x, clientY: y } = event;
    if (at.current?.x === x && at.current.y === y) return;
    at.current = { x, y };
    hovered.current = stepAt(epochOf(event));
    app.setCursor(hovered.current);
    if (start.current !== null) setSelected(dragged(event));
  };

  const onPointerUp = (event: PointerEvent<HTMLElement>) => {
    const range = dragged(event);
    if (range) show(range);
    else if (start.current !== null) hold(stepAt(epochOf(event)));
    start.current = null;
    setSelected(null);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const act = keys(event, app.store.getState());
    if (!act) return;
    event.preventDefault();
    if (act.cursor !== undefined) hold(act.cursor);
    if (act.zoom !== undefined) show(act.zoom);
  };

  /** What a key does; null for those that are not the chart's. */
  const keys = (
    { key, shiftKey }: KeyboardEvent,
    state: AppState,
  ): { cursor?: number | null; zoom?: Epochs | null } | null => {
    const now = cursorStep(state) ?? last;
    const jump = shiftKey ? 1 : Math.max(1, stepsPerEpoch);
    const moveTo = (next: number) => ({
      cursor: last > 0 ? Math.min(last, Math.max(1, next)) : null,
    });
    const middle = stepsPerEpoch > 0 && last > 0 ? now / stepsPerEpoch : (from + to) / 2;
    switch (key) {
      case "ArrowRight":
        return moveTo(now + jump);
      case "ArrowLeft":
        return moveTo(now - jump);
      case "Home":
        return moveTo(1);
      case "End":
        return moveTo(last);
      case "Escape":
        return { cursor: null };
      case "+":
      case "=":
        return { zoom: around([from, to], middle, 0.5) };
      case "-":
        return zoom ? { zoom: around([from, to], middle, 2) } : null;
      case "0":
        return { zoom: null };
      default:
        return null;
    }
  };

  const isShown = step !== null && stepsPerEpoch > 0;
  const epoch = isShown ? step / stepsPerEpoch : null;
  return (
    <div
      className={classes.surface}
      style={{ left, width: room }}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={step ?? last}
      aria-valuetext={
        epoch === null ? "the newest step" : `epoch ${epoch.toFixed(2)}, step ${step}`
      }
      aria-keyshortcuts="ArrowLeft ArrowRight Home End Escape + - 0"
      title="Drag to zoom, double click to see all; a click holds the cursor, Escape lets it go"
      onPointerEnter={({ clientX, clientY }) => {
        at.current = { x: clientX, y: clientY };
        kept.current = app.store.getState().cursor;
        hovered.current = undefined;
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = epochOf(event);
      }}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        start.current = null;
        setSelected(null);
      }}
      onPointerLeave={() => {
        // Leaving takes back the pointer's own choice, not another control's.
        if (hovered.current === app.store.getState().cursor) app.setCursor(kept.current);
      }}
      onDoubleClick={() => {
        hold(null);
        show(null);
      }}
      onKeyDown={onKeyDown}
    >
      {epoch !== null && epoch >= from && epoch <= to && (
        <div className={classes.crosshair} style={{ transform: `translateX(${place(epoch)}px)` }} />
      )}
      {selected && (
        <div
          className={classes.selected}
          style={{ left: place(selected[0]), width: place(selected[1]) - place(selected[0]) }}
        />
      )}
    </div>
  );
}

/** Epochs that a chart shows at least: two or three steps of the smallest epoch. */
const LEAST = 0.02;

/** The range around that epoch, so many times as long. */
export function around([from, to]: Epochs, middle: number, factor: number): Epochs {
  const half = ((to - from) * factor) / 2;
  const centre = Math.min(to, Math.max(from, middle));
  return [centre - half, centre + half];
}

/** A range that can be shown: from 0 on, and not too short. */
export function clamped([from, to]: Epochs): Epochs {
  const length = Math.max(LEAST, to - from);
  const start = Math.max(0, from);
  return [start, start + length];
}
