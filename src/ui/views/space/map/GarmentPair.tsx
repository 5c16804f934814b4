import { classNameAt } from "../../../../state/images";
import { ssim } from "../../../kit/format";
import { useItem } from "../../../kit/hooks";
import { Garment } from "../Garment";
import { useSpaceState } from "../space";
import classes from "./GarmentPair.module.css";

interface Props {
  readonly place: number;
  /** CSS pixels for an image's longer side. */
  readonly size: number;
}

/** A garment beside what comes back of it, with its SSIM by both protocols. */
export function GarmentPair({ place, size }: Props) {
  const item = useItem();
  const images = useSpaceState((state) => state.images);
  const rebuilt = useSpaceState((state) => state.rebuilt);
  if (!images) return null;
  return (
    <div className={classes.pair}>
      <figure>
        <Garment strip={images} place={place} size={size} />
        <figcaption>{item.one}</figcaption>
      </figure>
      <figure>
        <Garment strip={rebuilt} place={place} size={size} />
        <figcaption>back again</figcaption>
      </figure>
      <p>
        {classNameAt(images, place)}
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
