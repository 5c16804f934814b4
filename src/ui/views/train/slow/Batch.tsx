import type { ImageStrip } from "../../../../protocol/messages";
import { imageAt } from "../../../../state/images";
import { whole } from "../../../kit/format";
import { imageRaster } from "../../../pictures/draw";
import { PixelCanvas } from "../../../pictures/PixelCanvas";
import classes from "./Slow.module.css";

interface Props {
  readonly images: ImageStrip;
  /** Of the batch, of which the first are there. */
  readonly count: number;
  readonly one: string;
}

/** CSS pixels of a picture's longer side. */
const SIDE = 28;

/** The batch's images, or its first ones. */
export function Batch({ images, count, one }: Props) {
  const { shape } = images;
  const scale = Math.min(1, SIDE / Math.max(shape.width, shape.height)) || 1;
  return (
    <figure className={classes.batch}>
      <div role="img" aria-label={`The batch’s first ${images.count} pictures`}>
        {Array.from({ length: images.count }, (_, i) => (
          <PixelCanvas
            // biome-ignore lint/suspicious/noArrayIndexKey: a picture is its place
            key={i}
            raster={imageRaster(imageAt(images, i)!, shape)}
            scale={scale}
          />
        ))}
      </div>
      <figcaption>
        {count > images.count
          ? `${images.count} of the batch’s ${whole(count)}`
          : count === 1
            ? `The batch’s one ${one}`
            : `All ${count} of the batch`}
      </figcaption>
    </figure>
  );
}
