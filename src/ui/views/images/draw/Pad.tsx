import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { IMAGE_SIDE } from "../../../../config/config";
import type { Brush, Point } from "../../../../datasets/picture/brush";
import { useDrag } from "../../../kit/useDrag";
import { greyPixels } from "../../../pictures/draw";
import { begin, type Drawing, stroke } from "./drawing";
import classes from "./Pad.module.css";

interface Props {
  readonly drawing: Drawing;
  readonly brush: Brush;
  /** Called with what becomes of the newest drawing. */
  readonly onDraw: (change: (drawing: Drawing) => Drawing) => void;
}

/** A sheet of 28 × 28 pixels to draw on: mouse, pen, finger, or arrow keys and Space. */
export function Pad({ drawing, brush, onDraw }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  /** Where the stroke has come to. */
  const last = useRef<Point>({ x: 0, y: 0 });
  const [cursor, setCursor] = useState<Point | null>(null);

  useEffect(() => {
    const pixels = new ImageData(greyPixels(drawing.pixels), IMAGE_SIDE, IMAGE_SIDE);
    canvas.current?.getContext("2d")?.putImageData(pixels, 0, 0);
  }, [drawing]);

  const pointOf = (event: { clientX: number; clientY: number }): Point => {
    const box = canvas.current!.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * IMAGE_SIDE,
      y: ((event.clientY - box.top) / box.height) * IMAGE_SIDE,
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
        points.reduce(
          (drawn, to, i) => stroke(drawn, i === 0 ? start : points[i - 1]!, to, brush),
          now,
        ),
      );
    },
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const at = cursor ?? { x: IMAGE_SIDE / 2, y: IMAGE_SIDE / 2 };
    const within = (value: number) => Math.min(IMAGE_SIDE - 0.5, Math.max(0.5, value));
    const moves: Record<string, Point> = {
      ArrowLeft: { x: within(at.x - 1), y: at.y },
      ArrowRight: { x: within(at.x + 1), y: at.y },
      ArrowUp: { x: at.x, y: within(at.y - 1) },
      ArrowDown: { x: at.x, y: within(at.y + 1) },
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
        aria-label="Drawing, 28 by 28 pixels: arrow keys move the brush, Space paints, Shift and arrows draw"
        onKeyDown={onKeyDown}
        onBlur={() => setCursor(null)}
      >
        <canvas
          ref={canvas}
          className={classes.canvas}
          width={IMAGE_SIDE}
          height={IMAGE_SIDE}
          data-testid="pad"
          {...pointer}
        />
      </button>
      {cursor && (
        <i
          className={classes.cursor}
          style={{
            left: `${(100 * cursor.x) / IMAGE_SIDE}%`,
            top: `${(100 * cursor.y) / IMAGE_SIDE}%`,
          }}
        />
      )}
      {brush.mirrored && <i className={classes.middle} />}
    </div>
  );
}
