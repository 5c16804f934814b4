import { useEffect, useRef, useState } from "react";
import { sizeOf } from "../../../math/image-set";
import type { NetId, PartImages, Reconstructions } from "../../../protocol/inference";
import type { ImageStrip } from "../../../protocol/messages";
import { inWords } from "../../../protocol/rpc";
import { STRIP_PLACES, STRIP_SIZES } from "../../../runs/strip";
import { paintRaster, type Raster } from "../../figure/picture";
import * as format from "../../kit/format";
import { useInference } from "../../kit/hooks";
import { imageRaster } from "../../pictures/draw";
import classes from "./SizesFigure.module.css";

/** Of the first test images: each a garment that the net has not seen. */
const GARMENTS = 24;
const [FIRST] = STRIP_PLACES;

interface Garments {
  /** Of the net that comes with the page. */
  readonly net: NetId;
  readonly part: PartImages;
}

interface Strip {
  readonly original: Raster;
  readonly rebuilt: Reconstructions;
}

/**
 * A garment through 1 to 256 numbers and back, by the nested net that comes with the page; a press
 * takes the next garment.
 */
export function SizesFigure() {
  const inference = useInference();
  const [garments, setGarments] = useState<Garments | null>(null);
  const [garment, setGarment] = useState<number>(FIRST);
  const [strip, setStrip] = useState<Strip | null>(null);
  const [failure, setFailure] = useState<string | null>(null);

  useEffect(() => {
    const leave = new AbortController();
    const open = async () => {
      const { net, config } = await inference.ask("open", { net: "shipped" }, leave);
      leave.signal.addEventListener("abort", () => inference.ask("close", { net }).catch(() => {}));
      const images = { part: "test", first: GARMENTS } as const;
      setGarments({ net, part: await inference.ask("images", { data: config, images }, leave) });
    };
    open().catch(unlessLeft(leave.signal, setFailure));
    return () => leave.abort();
  }, [inference]);

  useEffect(() => {
    if (!garments) return;
    const { net, part } = garments;
    const leave = new AbortController();
    const place = garment % part.count;
    const indices = new Uint32Array(STRIP_SIZES.length).fill(part.indices[place] ?? 0);
    const ask = { net, images: { indices }, kept: Uint16Array.from(STRIP_SIZES) };
    inference
      .ask("reconstruct", ask, leave)
      .then((rebuilt) => setStrip({ original: rasterAt(part, place), rebuilt }))
      .catch(unlessLeft(leave.signal, setFailure));
    return () => leave.abort();
  }, [inference, garments, garment]);

  if (failure !== null) return <p className={classes.failure}>{failure}</p>;
  return (
    <figure className={classes.sizes} data-testid="sizes-figure">
      <ol>
        {STRIP_SIZES.map((size, place) => (
          <li key={size}>
            <Picture
              raster={strip && rasterAt(strip.rebuilt, place)}
              label={`Through ${format.numbers(size)}`}
            />
            <span data-figures>{size}</span>
            <small data-figures>
              {strip && format.ssim(strip.rebuilt.figures.ssimWriteup[place] ?? 0)}
            </small>
          </li>
        ))}
        <li>
          <Picture raster={strip?.original ?? null} label="The garment itself" />
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

/** Says why there is no answer, to a reader who is still there. */
const unlessLeft = (signal: AbortSignal, say: (why: string) => void) => (error: unknown) => {
  if (!signal.aborted) say(inWords(error));
};

const rasterAt = ({ pixels, shape }: ImageStrip, place: number): Raster =>
  imageRaster(pixels.subarray(place * sizeOf(shape), (place + 1) * sizeOf(shape)), shape);

function Picture({ raster, label }: { readonly raster: Raster | null; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current && raster) paintRaster(canvas.current, raster);
  }, [raster]);
  return <canvas ref={canvas} role="img" aria-label={label} />;
}
