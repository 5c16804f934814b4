import { useMemo } from "react";
import { CLASS_NAMES, IMAGE_SIDE } from "../../../../config/config";
import { imageAt } from "../../../../state/images";
import { ssim } from "../../../kit/format";
import { greyPixels } from "../../../pictures/draw";
import { PixelCanvas } from "../../../pictures/PixelCanvas";
import { useSpaceState } from "../space";
import classes from "./GarmentPair.module.css";

interface Props {
  readonly place: number;
  /** CSS pixels for one of the image. */
  readonly scale: number;
}

/** A garment beside what comes back of it, with its SSIM by both protocols. */
export function GarmentPair({ place, scale }: Props) {
  const images = useSpaceState((state) => state.images);
  const rebuilt = useSpaceState((state) => state.rebuilt);
  const original = useMemo(() => rgbaOf(imageAt(images, place)), [images, place]);
  const back = useMemo(() => rgbaOf(imageAt(rebuilt, place)), [rebuilt, place]);
  if (!images || !original) return null;
  const size = IMAGE_SIDE * scale;
  return (
    <div className={classes.pair}>
      <figure>
        <PixelCanvas rgba={original} side={IMAGE_SIDE} size={size} />
        <figcaption>garment</figcaption>
      </figure>
      <figure>
        {back ? (
          <PixelCanvas rgba={back} side={IMAGE_SIDE} size={size} />
        ) : (
          <div style={{ width: size, height: size }} />
        )}
        <figcaption>back again</figcaption>
      </figure>
      <p>
        {CLASS_NAMES[images.labels[place]!]}
        {rebuilt && (
          <span data-figures>
            SSIM {ssim(rebuilt.figures.ssimWriteup[place]!)} <small>write-up</small>
            <br />
            {ssim(rebuilt.figures.ssim[place]!)} <small>Wang</small>
          </span>
        )}
      </p>
    </div>
  );
}

const rgbaOf = (bytes: Uint8Array | null) => bytes && greyPixels(bytes);
