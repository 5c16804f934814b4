import { memo, useEffect, useRef } from "react";
import { imageAt } from "../../../state/images";
import type { StripName } from "../../../state/lab/pictures";
import { paintRaster } from "../../figure/picture";
import { imageRaster } from "../../pictures/draw";
import canvasClasses from "../../pictures/ImageCanvas.module.css";
import { useLab, useLabSpec } from "./lab";

interface Props {
  readonly of: StripName;
  /** Place in the strip. */
  readonly place: number;
  /** CSS pixels for one pixel of the image. */
  readonly scale: number;
}

/** One picture of a strip, drawn whenever the strip changes, without rendering React. */
export const Picture = memo(function Picture({ of, place, scale }: Props) {
  const { pictures } = useLab();
  const { width, height } = useLabSpec();
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const draw = () => {
      const element = canvas.current;
      if (!element) return;
      const strip = pictures.get(of);
      const bytes = imageAt(strip, place);
      if (strip && bytes) paintRaster(element, imageRaster(bytes, strip.shape));
      else element.getContext("2d")?.clearRect(0, 0, element.width, element.height);
      element.dataset.empty = String(bytes === null);
    };
    draw();
    return pictures.subscribe(of, draw);
  }, [pictures, of, place]);

  return (
    <canvas
      ref={canvas}
      className={canvasClasses.canvas}
      width={width}
      height={height}
      style={{ width: width * scale, height: height * scale }}
      aria-hidden
    />
  );
});
