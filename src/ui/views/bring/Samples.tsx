import type { Proposal } from "../../../datasets/proposal";
import { sizeOf } from "../../../math/image-set";
import { fittingScale, imageRaster } from "../../pictures/draw";
import { PixelCanvas } from "../../pictures/PixelCanvas";
import classes from "./Preview.module.css";

/** CSS pixels for an image's longer side: all that may come, at whole multiples. */
const ROOM = 64;

/** Up to sixteen of the images as they would come out, with their classes. */
export function Samples({ proposal }: { readonly proposal: Proposal }) {
  const { shape, samples, classes: found } = proposal;
  const size = sizeOf(shape);
  const scale = fittingScale(shape, ROOM);
  const isNamed = found.length > 1;
  const pictures = Array.from(samples.labels, (label, i) => ({
    id: `sample-${i + 1}`,
    name: found[label]?.name ?? "",
    raster: imageRaster(samples.pixels.subarray(i * size, (i + 1) * size), shape),
  }));
  return (
    <section className={classes.samples} aria-label={`${pictures.length} of the images`}>
      {pictures.map(({ id, name, raster }) => (
        <figure key={id} style={{ width: Math.max(ROOM, shape.width * scale) }}>
          <PixelCanvas
            raster={raster}
            scale={scale}
            label={isNamed ? `One of ${name}` : "One of them"}
          />
          {isNamed && <figcaption title={name}>{name}</figcaption>}
        </figure>
      ))}
    </section>
  );
}
