import { useEffect, useRef } from "react";
import classes from "./PixelCanvas.module.css";

interface Props {
  /** side × side × 4 bytes. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly side: number;
  /** CSS pixels of the picture on the screen, or all the width there is. */
  readonly size: number | "100%";
  /** Read aloud; without it the picture is decoration. */
  readonly label?: string;
}

/** A few pixels, shown large and sharp. */
export function PixelCanvas({ rgba, side, size, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(new ImageData(rgba, side, side), 0, 0);
  }, [rgba, side]);
  return (
    <canvas
      ref={canvas}
      className={classes.canvas}
      width={side}
      height={side}
      style={{ width: size, height: size === "100%" ? "auto" : size }}
      {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    />
  );
}
