import { type MouseEvent, useEffect, useMemo, useRef } from "react";
import { elementOf } from "../../../math/vectors";
import { make, setVector } from "../../figure/svg";
import { whole } from "../../kit/format";
import { useSize } from "../../kit/hooks";
import { useScheme } from "../../kit/scheme";
import classes from "./Scatter.module.css";
import { nearest, type PlotArea, plotPoints } from "./scatterPoints";

interface Props {
  readonly mse: Float32Array;
  readonly ssim: Float32Array;
  readonly tone: "net" | "pca";
  /** Places of the images that are chosen: the others are faint. */
  readonly chosen: Uint32Array;
  /** Opens an image by its place in the split. */
  readonly onOpen: (image: number) => void;
}

const AREA = { left: 40, top: 8, right: 18, bottom: 26 };
/** CSS pixels of a point's side. */
const POINT = 2.5;
/** CSS pixels from a point within which a click counts as on it. */
const REACH = 12;

/** SSIM against MSE, an image a point: the two agree on the whole, and not on every image. */
export function Scatter({ mse, ssim, tone, chosen, onOpen }: Props) {
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(room);
  const scheme = useScheme();
  const plot = useMemo(() => {
    const area: PlotArea = {
      left: AREA.left,
      top: AREA.top,
      width: Math.max(1, width - AREA.left - AREA.right),
      height: Math.max(1, height - AREA.top - AREA.bottom),
    };
    return plotPoints(mse, ssim, area);
  }, [mse, ssim, width, height]);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || width === 0 || !scheme) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const style = getComputedStyle(element);
    const [x, y] = [elementOf(plot.x), elementOf(plot.y)];
    const left = (place: number) => x(place) - POINT / 2;
    const top = (place: number) => y(place) - POINT / 2;
    const layers = [
      { fill: style.getPropertyValue("--line-strong"), places: [...plot.x.keys()] },
      { fill: style.getPropertyValue(`--${tone}`), places: [...chosen] },
    ];
    for (const { fill, places } of layers) {
      context.fillStyle = fill;
      for (const place of places) context.fillRect(left(place), top(place), POINT, POINT);
    }
    setVector(element, () => {
      const part = make("g", {});
      for (const { fill, places } of layers) {
        const corner = (place: number) => `${left(place).toFixed(2)} ${top(place).toFixed(2)}`;
        const square = `h${POINT}v${POINT}h-${POINT}z`;
        part.append(
          make("path", { fill, d: places.map((place) => `M${corner(place)}${square}`).join("") }),
        );
      }
      return part;
    });
  }, [plot, chosen, tone, width, height, scheme]);

  const onClick = (event: MouseEvent) => {
    const box = canvas.current?.getBoundingClientRect();
    if (!box) return;
    const image = nearest(plot, event.clientX - box.left, event.clientY - box.top, REACH);
    if (image !== null) onOpen(image);
  };

  const { area, xScale, yScale } = plot;
  return (
    <div ref={room} className={classes.room} data-testid="scatter">
      <canvas
        ref={canvas}
        className={classes.canvas}
        style={{ width, height }}
        role="img"
        aria-label={`SSIM against MSE of ${whole(mse.length)} images; the gallery below opens each`}
        onClick={onClick}
      />
      <div className={classes.x} style={{ left: area.left, width: area.width }} aria-hidden="true">
        {xScale.ticks(4).map((tick) => (
          <span key={tick} style={{ left: xScale(tick) - area.left }}>
            {`10${raised(tick)}`}
          </span>
        ))}
      </div>
      <div className={classes.y} style={{ top: area.top, height: area.height }} aria-hidden="true">
        {yScale.ticks(4).map((tick) => (
          <span key={tick} style={{ bottom: area.top + area.height - yScale(tick) }}>
            {tick.toFixed(2)}
          </span>
        ))}
      </div>
    </div>
  );
}

const RAISED: Readonly<Record<string, string>> = { "-": "⁻", ".": "·" };

/** −2.5 → "⁻²·⁵" */
const raised = (value: number): string =>
  Array.from(String(value), (sign) => RAISED[sign] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)]).join("");
