import { useMemo } from "react";
import { IMAGE_SIDE } from "../../config/config";
import { FASHION_MNIST } from "../../datasets/fashion-mnist";
import { ssimMap } from "../../metrics/ssim";
import { mapPixels } from "./draw";
import { PixelCanvas } from "./PixelCanvas";
import classes from "./SsimMapPicture.module.css";

interface Props {
  /** 784 bytes each. */
  readonly original: Uint8Array;
  readonly other: Uint8Array;
  readonly protocol: "ssim" | "ssimWriteup";
  /** CSS pixels that a whole image takes. */
  readonly size: number;
  readonly label: string;
}

const unit = (bytes: Uint8Array): Float32Array => Float32Array.from(bytes, (byte) => byte / 255);

/** SSIM window by window, each at its window's middle: white where alike, black where not. */
export function SsimMapPicture({ original, other, protocol, size, label }: Props) {
  const { side, rgba } = useMemo(() => {
    const map = ssimMap(protocol, unit(original), unit(other), FASHION_MNIST);
    return { side: map.height, rgba: mapPixels(map.values) };
  }, [original, other, protocol]);
  // Windows that would reach beyond the image are left out: the map is smaller than the image.
  const margin = ((IMAGE_SIDE - side) / 2) * (size / IMAGE_SIDE);
  return (
    <div className={classes.frame} style={{ padding: margin, width: size, height: size }}>
      <PixelCanvas rgba={rgba} side={side} size={size - 2 * margin} label={label} />
    </div>
  );
}
