import { useEffect, useRef, useState } from "react";
import { sizeOf } from "../../../math/image-set";
import type { Reconstructions } from "../../../protocol/inference";
import { failureOf } from "../../../state/answer-failure";
import { paintRaster } from "../../figure/picture";
import * as format from "../../kit/format";
import { useInference } from "../../kit/hooks";
import { imageRaster } from "../../pictures/draw";
import classes from "./SizesFigure.module.css";

/** Sizes of the code; the garment itself stands behind them. */
const SIZES = [1, 4, 16, 64, 256] as const;
/** Of the first test images: each a garment that the net has not seen. */
const GARMENTS = 24;
/** A shirt with a print on its chest: each size adds something that one can name. */
const FIRST = 5;

interface Strip {
  readonly original: Uint8Array;
  readonly rebuilt: Reconstructions;
}

/**
 * A garment through 1 to 256 numbers and back, by the nested net that comes with the page; a press
 * takes the next garment.
 */
export function SizesFigure() {
  const inference = useInference();
  const [garment, setGarment] = useState(FIRST);
  const [strip, setStrip] = useState<Strip | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    const leave = new AbortController();
    const { signal } = leave;
    const rebuild = async () => {
      const { net, config } = await inference.ask("open", { net: "shipped" }, { signal });
      try {
        const part = await inference.ask(
          "images",
          { data: config, images: { part: "test", first: GARMENTS } },
          { signal },
        );
        const index = part.indices[garment % part.count] ?? 0;
        const place = (garment % part.count) * sizeOf(part.shape);
        const rebuilt = await inference.ask(
          "reconstruct",
          {
            net,
            images: { indices: new Uint32Array(SIZES.length).fill(index) },
            kept: Uint16Array.from(SIZES),
          },
          { signal },
        );
        const original = part.pixels.slice(place, place + sizeOf(part.shape));
        setStrip({ original, rebuilt });
      } finally {
        await inference.ask("close", { net });
      }
    };
    rebuild().catch((error: unknown) => {
      if (signal.aborted) return;
      const { message, remedy } = failureOf(error);
      setFailure(`${message} ${remedy}`);
    });
    return () => leave.abort();
  }, [inference, garment]);

  if (failure !== null) return <p className={classes.failure}>{failure}</p>;
  return (
    <figure className={classes.sizes} data-testid="sizes-figure">
      <ol>
        {SIZES.map((size, place) => (
          <li key={size}>
            <Picture
              pixels={strip && pictureOf(strip.rebuilt, place)}
              strip={strip}
              label={`Through ${format.numbers(size)}`}
            />
            <span data-figures>{size}</span>
            <small data-figures>
              {strip && format.ssim(strip.rebuilt.figures.ssimWriteup[place] ?? 0)}
            </small>
          </li>
        ))}
        <li>
          <Picture pixels={strip?.original ?? null} strip={strip} label="The garment itself" />
          <span>itself</span>
        </li>
      </ol>
      <figcaption>
        How many numbers it went through, and SSIM.{" "}
        <button type="button" onClick={() => setGarment(garment + 1)}>
          Another garment
        </button>
      </figcaption>
    </figure>
  );
}

const pictureOf = ({ pixels, shape }: Reconstructions, place: number): Uint8Array =>
  pixels.subarray(place * sizeOf(shape), (place + 1) * sizeOf(shape));

interface PictureProps {
  readonly pixels: Uint8Array | null;
  readonly strip: Strip | null;
  readonly label: string;
}

function Picture({ pixels, strip, label }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!canvas.current || !pixels || !strip) return;
    paintRaster(canvas.current, imageRaster(pixels, strip.rebuilt.shape));
  }, [pixels, strip]);
  return <canvas ref={canvas} role="img" aria-label={label} width={28} height={28} />;
}
