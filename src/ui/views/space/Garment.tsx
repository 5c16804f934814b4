import { memo, useMemo } from "react";
import type { ImageStrip } from "../../../protocol/messages";
import { imageAt } from "../../../state/images";
import { fittingScale, imageRaster } from "../../pictures/draw";
import { PixelCanvas } from "../../pictures/PixelCanvas";
import classes from "./Garment.module.css";
import { useSpaceState } from "./space";

interface Props {
  /** Null while it is on its way. */
  readonly strip: ImageStrip | null;
  readonly place: number;
  /** CSS pixels for the longer side, or all the width there is. */
  readonly size: number | "100%";
  /** Read aloud; without it the picture is decoration. */
  readonly label?: string;
}

/** A garment, or its place. */
export const Garment = memo(function Garment({ strip, place, size, label }: Props) {
  const raster = useMemo(() => {
    const bytes = imageAt(strip, place);
    return strip && bytes && imageRaster(bytes, strip.shape);
  }, [strip, place]);
  const own = useSpaceState(({ images }) => images?.shape);
  if (!raster) {
    const { width, height } = strip?.shape ?? own ?? SQUARE;
    const room = size === "100%" ? size : width * fittingScale({ width, height }, size);
    const blank = { width: room, aspectRatio: `${width} / ${height}` };
    return <i className={classes.blank} style={blank} aria-hidden="true" />;
  }
  return (
    <PixelCanvas
      raster={raster}
      scale={size === "100%" ? size : fittingScale(raster, size)}
      {...(label === undefined ? {} : { label })}
    />
  );
});

/** Before anything is known. */
const SQUARE = { width: 1, height: 1 };
