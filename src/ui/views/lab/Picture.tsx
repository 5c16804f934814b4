import { memo, useEffect, useRef } from "react";
import { IMAGE_SIDE } from "../../../config/config";
import { imageAt } from "../../../state/images";
import type { StripName } from "../../../state/lab/pictures";
import { greyPixels } from "../../pictures/draw";
import canvasClasses from "../../pictures/ImageCanvas.module.css";
import { useBench } from "./bench";

interface Props {
  readonly of: StripName;
  /** Place in the strip. */
  readonly place: number;
  /** CSS pixels for one pixel of the image: a whole number. */
  readonly scale: number;
}

/** One picture of a strip, drawn whenever the strip changes, without rendering React. */
export const Picture = memo(function Picture({ of, place, scale }: Props) {
  const { pictures } = useBench();
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const draw = () => {
      const context = canvas.current?.getContext("2d");
      if (!context) return;
      const bytes = imageAt(pictures.get(of), place);
      if (bytes) {
        context.putImageData(new ImageData(greyPixels(bytes), IMAGE_SIDE, IMAGE_SIDE), 0, 0);
      } else {
        context.clearRect(0, 0, IMAGE_SIDE, IMAGE_SIDE);
      }
      context.canvas.dataset.empty = String(bytes === null);
    };
    draw();
    return pictures.subscribe(of, draw);
  }, [pictures, of, place]);

  return (
    <canvas
      ref={canvas}
      className={canvasClasses.canvas}
      width={IMAGE_SIDE}
      height={IMAGE_SIDE}
      style={{ width: IMAGE_SIDE * scale, height: IMAGE_SIDE * scale }}
      aria-hidden
    />
  );
});
