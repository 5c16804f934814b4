import { useMemo } from "react";
import { SYNTHETIC_GARMENTS } from "../../../../datasets/fashion-mnist";
import { syntheticDataset } from "../../../../datasets/synthetic";
import { pickImages } from "../../../../math/image-set";
import { imageRaster } from "../../../pictures/draw";
import { PixelCanvas } from "../../../pictures/PixelCanvas";
import classes from "./Examples.module.css";

interface Props {
  readonly onTake: (pixels: Uint8Array) => void;
}

const SEED = 4;
const SCALE = 2;

/** A garment of each kind, drawn by code, to begin with. */
export function Examples({ onTake }: Props) {
  const garments = useMemo(() => {
    const { classNames } = SYNTHETIC_GARMENTS;
    const dataset = syntheticDataset([...classNames.keys()], 1, SEED);
    return classNames.map((name, id) => {
      const pixels = pickImages(dataset, Uint32Array.of(id));
      return { name, pixels, raster: imageRaster(pixels, dataset.shape) };
    });
  }, []);
  return (
    <section aria-label="Garments to begin with">
      <h3 className={classes.title}>Or begin with one of these, drawn by code</h3>
      <div className={classes.garments} data-testid="examples">
        {garments.map(({ name, pixels, raster }) => (
          <button key={name} type="button" onClick={() => onTake(pixels)}>
            <PixelCanvas raster={raster} scale={SCALE} />
            {name}
          </button>
        ))}
      </div>
    </section>
  );
}
