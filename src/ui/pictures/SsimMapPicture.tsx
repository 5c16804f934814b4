import { useMemo } from "react";
import type { ImageShape } from "../../math/image-set";
import { ssimMap } from "../../metrics/ssim";
import { hasSsim } from "../../metrics/ssim-protocols";
import { mapRaster } from "./draw";
import { PixelCanvas } from "./PixelCanvas";
import classes from "./SsimMapPicture.module.css";

interface Props {
  /** Bytes of that shape. */
  readonly original: Uint8Array;
  readonly other: Uint8Array;
  readonly protocol: "ssim" | "ssimWriteup";
  readonly shape: ImageShape;
  /** CSS pixels for one of the image. */
  readonly scale: number;
  readonly label: string;
}

const unit = (bytes: Uint8Array): Float32Array => Float32Array.from(bytes, (byte) => byte / 255);

/**
 * SSIM window by window, each at its window's middle: white where alike, black where not. Of images
 * in colour it is the mean over the channels, as their SSIM is. Images smaller than the smallest window have none.
 */
export function SsimMapPicture({ original, other, protocol, shape, scale, label }: Props) {
  const raster = useMemo(() => {
    if (!hasSsim(shape)) return null;
    return mapRaster(ssimMap(protocol, unit(original), unit(other), shape));
  }, [original, other, protocol, shape]);
  const size = { width: shape.width * scale, height: shape.height * scale };
  if (!raster) return <div className={classes.frame} style={size} role="img" aria-label={label} />;
  // Windows that would reach beyond the image are left out, equally many on all sides.
  const padding = ((shape.height - raster.height) / 2) * scale;
  return (
    <div className={classes.frame} style={{ padding, ...size }}>
      <PixelCanvas raster={raster} scale={scale} label={label} />
    </div>
  );
}
