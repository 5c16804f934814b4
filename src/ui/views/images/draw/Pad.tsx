import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { Brush, Point } from "../../../../datasets/picture/brush";
import { paintRaster } from "../../../figure/picture";
import { useDrag } from "../../../kit/useDrag";
import { imageRaster } from "../../../pictures/draw";
import { begin, type Drawing, stroke } from "./drawing";
import classes from "./Pad.module.css";

interface Props {
  readonly drawing: Drawing;
  readonly brush: Brush;
  /** Called with what becomes of the newest drawing. */
  readonly onDraw: (change: (drawing: Drawing) => Drawing) => void;
}

/** A sheet of an image's pixels to draw on: mouse, pen, finger, or arrow keys and Space. */
export function Pad({ drawing, brush, onDraw }: Props) {
  const { width, height } = drawing.shape;
  const canvas = useRef<HTMLCanvasElement>(null);
  /** Where the stroke has come to. */
  const last = useRef<Point>({ x: 0, y: 0 });
  const [cursor, setCursor] = useState<Point | null>(null);

  useEffect(() => {
    if (canvas.current) paintRaster(canvas.current, imageRaster(drawing.pixels, drawing.shape));
  }, [drawing]);

  const pointOf = (event: { clientX: number; clientY: number }): Point => {
    const box = canvas.current!.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * width,
      y: ((event.clientY - box.top) / box.height) * height,
    };
  };

  const pointer = useDrag({
    onStart(event) {
      const at = pointOf(event);
      last.current = at;
      onDraw((now) => stroke(begin(now), at, at, brush));
    },
    onMove(event) {
      const start = last.current;
      // A browser hands out one event a frame and keeps the points between: without them, curves
      // that are drawn fast would have corners.
      const between = event.nativeEvent.getCoalescedEvents?.() ?? [];
      const points = [...between, event.nativeEvent].map(pointOf);
      last.current = points.at(-1) ?? start;
      onDraw((now) =>
        points.reduce((drawn, to, i) => stroke(drawn, points[i - 1] ?? start, to, brush), now),
      );
    },
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const at = cursor ?? { x: width / 2, y: height / 2 };
    const within = (value: number, size: number) => Math.min(size - 0.5, Math.max(0.5, value));
    const moves: Record<string, Point> = {
      ArrowLeft: { x: within(at.x - 1, width), y: at.y },
      ArrowRight: { x: within(at.x + 1, width), y: at.y },
      ArrowUp: { x: at.x, y: within(at.y - 1, height) },
      ArrowDown: { x: at.x, y: within(at.y + 1, height) },
    };
    const to = moves[event.key];
    if (to) {
      setCursor(to);
      // With Shift held, the brush draws on the way.
      if (event.shiftKey) onDraw((now) => stroke(begin(now), at, to, brush));
    } else if (event.key === " ") {
      setCursor(at);
      onDraw((now) => stroke(begin(now), at, at, brush));
    } else return;
    event.preventDefault();
  };

  return (
    <div className={classes.pad}>
      {/* Pressing it paints where the brush is. */}
      <button
        type="button"
        className={classes.sheet}
        aria-label={`Drawing, ${width} by ${height} pixels: arrow keys move the brush, Space paints, Shift and arrows draw`}
        onKeyDown={onKeyDown}
        onBlur={() => setCursor(null)}
      >
        <canvas
          ref={canvas}
          className={classes.canvas}
          width={width}
          height={height}
          data-testid="pad"
          {...pointer}
        />
      </button>
      {cursor && (
        <i
          className={classes.cursor}
          style={{
            left: `${(100 * cursor.x) / width}%`,
            top: `${(100 * cursor.y) / height}%`,
          }}
        />
      )}
      {brush.mirrored && <i className={classes.middle} />}
    </div>
  );
}
