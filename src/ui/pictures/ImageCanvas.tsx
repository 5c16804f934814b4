import { useComputedColorScheme } from "@mantine/core";
import { memo, useEffect, useRef } from "react";
import { IMAGE_SIDE } from "../../config/config";
import { type ImageKind, type ImageStore, imageAt } from "../../state/images";
import { useApp } from "../kit/hooks";
import { ERROR_COLOURS, errorPixels, greyPixels } from "./draw";
import classes from "./ImageCanvas.module.css";

/** What a canvas shows: a picture itself, or how far another is from its original. */
export type Shown =
  | { readonly kind: "original" }
  | { readonly kind: "image" | "error"; readonly of: Exclude<ImageKind, "originals"> };

interface Props {
  readonly shown: Shown;
  readonly index: number;
  /** CSS pixels for one pixel of the image: a whole number. */
  readonly scale: number;
  /** Of `pcaKey`, where PCA's pictures are shown. */
  readonly pcaKey?: string;
  /** Read aloud; without it the canvas is decoration. */
  readonly label?: string;
}

function bytesOf(
  images: ImageStore,
  shown: Shown,
  index: number,
  key: string,
  scheme: "light" | "dark",
): Uint8ClampedArray<ArrayBuffer> | null {
  const original = imageAt(images.get("originals"), index);
  if (shown.kind === "original") return original && greyPixels(original);
  const other = imageAt(images.get(shown.of, key), index);
  if (!other) return null;
  if (shown.kind === "image") return greyPixels(other);
  return original && errorPixels(original, other, ERROR_COLOURS[scheme]);
}

/** One 28 × 28 picture, redrawn when the image store changes, without rendering React. */
export const ImageCanvas = memo(function ImageCanvas(props: Props) {
  const { shown, index, scale, pcaKey = "", label } = props;
  const { images } = useApp();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme("light");
  const { kind } = shown;
  const of = shown.kind === "original" ? "reconstructions" : shown.of;

  useEffect(() => {
    let drawn: readonly unknown[] = [];
    const draw = () => {
      const original = images.get("originals");
      const other = kind === "original" ? null : images.get(of, pcaKey);
      if (drawn[0] === original && drawn[1] === other) return;
      drawn = [original, other];
      const context = canvas.current?.getContext("2d");
      if (!context) return;
      const what: Shown = kind === "original" ? { kind } : { kind, of };
      const pixels = bytesOf(images, what, index, pcaKey, scheme);
      if (pixels) context.putImageData(new ImageData(pixels, IMAGE_SIDE, IMAGE_SIDE), 0, 0);
      else context.clearRect(0, 0, IMAGE_SIDE, IMAGE_SIDE);
      if (canvas.current) canvas.current.dataset.empty = String(pixels === null);
    };
    draw();
    return images.subscribe(draw);
  }, [images, kind, of, index, pcaKey, scheme]);

  return (
    <canvas
      ref={canvas}
      className={classes.canvas}
      width={IMAGE_SIDE}
      height={IMAGE_SIDE}
      style={{ width: IMAGE_SIDE * scale, height: IMAGE_SIDE * scale }}
      {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    />
  );
});
