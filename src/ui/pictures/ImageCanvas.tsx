import { memo, useEffect, useRef } from "react";
import { type ImageShape, sameShape } from "../../math/image-set";
import { type ImageKind, type ImageStore, imageAt } from "../../state/images";
import { paintRaster, type Raster } from "../figure/picture";
import { useApp } from "../kit/hooks";
import { useScheme } from "../kit/scheme";
import { ERROR_COLOURS, errorRaster, imageRaster } from "./draw";
import classes from "./ImageCanvas.module.css";

/** What a canvas shows: a picture itself, or how far another is from its original. */
export type Shown =
  | { readonly kind: "original" }
  | { readonly kind: "image" | "error"; readonly of: Exclude<ImageKind, "originals"> };

interface Props {
  readonly shown: Shown;
  readonly index: number;
  /** Of the images that are expected: the room that a picture has until it is there. */
  readonly shape: ImageShape;
  /** CSS pixels for one pixel of the image: a whole number. */
  readonly scale: number;
  /** Of `pcaKey`, where PCA's pictures are shown. */
  readonly pcaKey?: string;
  /** Read aloud; without it the canvas is decoration. */
  readonly label?: string;
}

/** Null where a picture is missing, or of another shape than is expected. */
function rasterOf(
  images: ImageStore,
  shown: Shown,
  index: number,
  key: string,
  shape: ImageShape,
  scheme: "light" | "dark",
): Raster | null {
  const originals = images.get("originals");
  const strip = shown.kind === "original" ? originals : images.get(shown.of, key);
  const bytes = imageAt(strip, index);
  if (!strip || !bytes || !sameShape(strip.shape, shape)) return null;
  if (shown.kind !== "error") return imageRaster(bytes, shape);
  const original = imageAt(originals, index);
  const isPair = original && originals && sameShape(originals.shape, shape);
  return isPair ? errorRaster(original, bytes, shape, ERROR_COLOURS[scheme]) : null;
}

/** One picture, redrawn when the image store changes, without rendering React. */
export const ImageCanvas = memo(function ImageCanvas(props: Props) {
  const { shown, index, shape, scale, pcaKey = "", label } = props;
  const { images } = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useScheme();
  const { kind } = shown;
  const of = shown.kind === "original" ? "reconstructions" : shown.of;

  useEffect(() => {
    let drawn: readonly unknown[] = [];
    const draw = () => {
      const original = images.get("originals");
      const other = kind === "original" ? null : images.get(of, pcaKey);
      if (drawn[0] === original && drawn[1] === other) return;
      drawn = [original, other];
      const element = canvas.current;
      if (!element) return;
      const what: Shown = kind === "original" ? { kind } : { kind, of };
      const raster = rasterOf(images, what, index, pcaKey, shape, scheme);
      if (raster) paintRaster(element, raster);
      else element.getContext("2d")?.clearRect(0, 0, element.width, element.height);
      element.dataset.empty = String(raster === null);
    };
    draw();
    return images.subscribe(draw);
  }, [images, kind, of, index, shape, pcaKey, scheme]);

  return (
    <canvas
      ref={canvas}
      className={classes.canvas}
      width={shape.width}
      height={shape.height}
      style={{ width: shape.width * scale, height: shape.height * scale }}
      {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    />
  );
});
