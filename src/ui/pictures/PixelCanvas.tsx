import { useEffect, useRef } from "react";
import { paintRaster, type Raster } from "../figure/picture";
import classes from "./PixelCanvas.module.css";

interface Props {
  readonly raster: Raster;
  /** CSS pixels for one of the picture's, or all the width there is. */
  readonly scale: number | "100%";
  /** Read aloud; without it the picture is decoration. */
  readonly label?: string;
}

/** A few pixels, shown large and sharp. */
export function PixelCanvas({ raster, scale, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = raster;
  useEffect(() => {
    if (canvas.current) paintRaster(canvas.current, raster);
  }, [raster]);
  return (
    <canvas
      ref={canvas}
      className={classes.canvas}
      width={width}
      height={height}
      style={
        scale === "100%"
          ? { width: scale, height: "auto" }
          : { width: width * scale, height: height * scale }
      }
      {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    />
  );
}
