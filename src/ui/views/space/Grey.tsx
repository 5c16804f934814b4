import { memo, useMemo } from "react";
import { IMAGE_SIDE } from "../../../config/config";
import { greyPixels } from "../../pictures/draw";
import { PixelCanvas } from "../../pictures/PixelCanvas";
import classes from "./Grey.module.css";

interface Props {
  /** 784 bytes; null while they are on their way. */
  readonly bytes: Uint8Array | null;
  /** CSS pixels, or all the width there is. */
  readonly size: number | "100%";
  /** Read aloud; without it the picture is decoration. */
  readonly label?: string;
}

/** A garment in grey, or its place. */
export const Grey = memo(function Grey({ bytes, size, label }: Props) {
  const rgba = useMemo(() => bytes && greyPixels(bytes), [bytes]);
  if (!rgba) return <i className={classes.blank} style={{ width: size }} aria-hidden="true" />;
  return (
    <PixelCanvas
      rgba={rgba}
      side={IMAGE_SIDE}
      size={size}
      {...(label === undefined ? {} : { label })}
    />
  );
});
