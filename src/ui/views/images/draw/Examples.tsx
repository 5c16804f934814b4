import { useMemo } from "react";
import { CLASS_NAMES, IMAGE_PIXELS, IMAGE_SIDE } from "../../../../config/config";
import { syntheticDataset } from "../../../../datasets/synthetic";
import { greyPixels } from "../../../pictures/draw";
import { PixelCanvas } from "../../../pictures/PixelCanvas";
import classes from "./Examples.module.css";

interface Props {
  readonly onTake: (pixels: Uint8Array) => void;
}

const SEED = 4;
/** CSS pixels: whole multiples of 28. */
const SIZE = 2 * IMAGE_SIDE;

/** A garment of each kind, drawn by code, to begin with. */
export function Examples({ onTake }: Props) {
  const garments = useMemo(() => {
    const ids = CLASS_NAMES.map((_, id) => id);
    const { images } = syntheticDataset(ids, 1, SEED);
    return ids.map((id) => {
      const pixels = images.slice(id * IMAGE_PIXELS, (id + 1) * IMAGE_PIXELS);
      return { name: CLASS_NAMES[id]!, pixels, rgba: greyPixels(pixels) };
    });
  }, []);
  return (
    <section aria-label="Garments to begin with">
      <h3 className={classes.title}>Or begin with one of these, drawn by code</h3>
      <div className={classes.garments} data-testid="examples">
        {garments.map(({ name, pixels, rgba }) => (
          <button key={name} type="button" onClick={() => onTake(pixels)}>
            <PixelCanvas rgba={rgba} side={IMAGE_SIDE} size={SIZE} />
            {name}
          </button>
        ))}
      </div>
    </section>
  );
}
