import { type KeyboardEvent, type MouseEvent, useEffect, useId, useMemo, useRef } from "react";
import type { PartImages } from "../../protocol/inference";
import { classNameAt } from "../../state/images";
import { setVector } from "../figure/svg";
import { ssim, whole } from "../kit/format";
import { useSize } from "../kit/hooks";
import { useScheme } from "../kit/scheme";
import { ERROR_COLOURS } from "./draw";
import classes from "./Gallery.module.css";
import { galleryFigure } from "./galleryFigure";
import { galleryLayout, placeAfter, placeAt, scrollTo } from "./layout";
import { Painter, type Sheet } from "./painter";

interface Props {
  readonly sheet: Sheet;
  readonly images: Pick<PartImages, "spec" | "labels">;
  /** Place in the order that the keyboard is at. */
  readonly active: number;
  readonly onActivate: (place: number) => void;
  readonly onOpen: (place: number) => void;
}

/** CSS pixels of an image's longer side: a finger finds it. */
const ROOM = 64;

/** All images as thumbnails: one canvas that paints what is in sight while the page scrolls it. */
export function Gallery({ sheet, images, active, onActivate, onOpen }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(frame);
  const scheme = useScheme();
  const option = useId();
  const count = sheet.order.length;
  const { shape } = sheet;
  const layout = useMemo(() => galleryLayout(width, count, shape, ROOM), [width, count, shape]);

  useEffect(() => {
    const element = frame.current;
    if (!element || !canvas.current || width === 0) return;
    const painter = new Painter(canvas.current);
    const style = getComputedStyle(element);
    const ink = {
      text: style.getPropertyValue("--ink-2"),
      mark: style.getPropertyValue("--net"),
      font: `12px ${style.fontFamily}`,
      errors: ERROR_COLOURS[scheme],
    };
    let asked = 0;
    const paint = () => {
      asked = 0;
      painter.paint(layout, sheet, ink, { top: element.scrollTop, width, height, marked: active });
    };
    const ask = () => {
      asked ||= requestAnimationFrame(paint);
    };
    setVector(canvas.current, () =>
      galleryFigure(layout, sheet, ink, { top: element.scrollTop, height }),
    );
    paint();
    element.addEventListener("scroll", ask, { passive: true });
    return () => {
      element.removeEventListener("scroll", ask);
      cancelAnimationFrame(asked);
    };
  }, [layout, sheet, active, width, height, scheme]);

  // Another order or choice begins at its top.
  const { order } = sheet;
  useEffect(() => {
    if (frame.current && order) frame.current.scrollTop = 0;
  }, [order]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (count === 0) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onOpen(active);
      return;
    }
    const page = Math.max(1, Math.floor(height / layout.pitchY));
    const next = placeAfter(event.key, active, count, layout.columns, page);
    if (next === null || !frame.current) return;
    event.preventDefault();
    frame.current.scrollTop = scrollTo(layout, next, frame.current.scrollTop, height);
    onActivate(next);
  };

  const onClick = (event: MouseEvent) => {
    const box = frame.current?.getBoundingClientRect();
    if (!box || !frame.current) return;
    const y = event.clientY - box.top + frame.current.scrollTop;
    const place = placeAt(layout, count, event.clientX - box.left, y);
    if (place !== null) onOpen(place);
  };

  const image = order[active];
  return (
    // The keyboard's way to click is Enter, above.
    <div
      ref={frame}
      className={classes.gallery}
      role="listbox"
      tabIndex={0}
      aria-label={`${whole(count)} test images; arrow keys move, Enter opens`}
      aria-activedescendant={image === undefined ? undefined : option}
      data-testid="gallery"
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <div className={classes.sheet} style={{ width, height }} aria-hidden="true">
        <canvas ref={canvas} className={classes.canvas} />
      </div>
      <div className={classes.further} style={{ height: Math.max(0, layout.height - height) }} />
      {image !== undefined && (
        <div
          id={option}
          className={classes.option}
          role="option"
          tabIndex={-1}
          aria-selected="true"
          aria-setsize={count}
          aria-posinset={active + 1}
        >
          {classNameAt(images, image)}, SSIM {ssim(sheet.values[image]!)}
        </div>
      )}
    </div>
  );
}
