import { SegmentedControl, useComputedColorScheme } from "@mantine/core";
import { useMemo, useState } from "react";
import { IMAGE_SIDE } from "../../config/config";
import type { Reconstructions } from "../../protocol/lab";
import { imageAt } from "../../state/images";
import { Compare, type Picture } from "./Compare";
import { SEGMENTS } from "./controls";
import { ERROR_COLOURS, errorPixels, greyPixels } from "./draw";
import { FigureTable } from "./FigureTable";
import classes from "./OneImage.module.css";
import { PixelCanvas } from "./PixelCanvas";
import { SsimMapPicture } from "./SsimMapPicture";

interface Props {
  readonly net: Reconstructions | null;
  readonly pca: Reconstructions;
  readonly protocol: "ssim" | "ssimWriteup";
  readonly original: Uint8Array;
  /** Row of the image among the reconstructions. */
  readonly image: number;
  /** CSS pixels of room. */
  readonly width: number;
}

type Pairing = "net" | "pca" | "both";

/** An original with what net and PCA make of it: compared large, and in a table of small maps. */
export function OneImage({ original, net, pca, image, protocol, width }: Props) {
  const [chosen, setPairing] = useState<Pairing>("net");
  const pairing = net ? chosen : "pca";
  // A whole multiple of 28; a narrow screen leaves the dialog's padding.
  const { large, small } = scales(width);
  const ofNet = net && imageAt(net, image);
  const ofPca = imageAt(pca, image)!;
  const pictures: Record<"original" | "net" | "pca", Picture> = {
    original: { name: "original", bytes: original },
    net: { name: "this net", bytes: ofNet ?? ofPca },
    pca: { name: "PCA", bytes: ofPca },
  };
  const [left, right] = {
    net: [pictures.original, pictures.net],
    pca: [pictures.original, pictures.pca],
    both: [pictures.pca, pictures.net],
  }[pairing] as [Picture, Picture];

  const maps = { original, protocol, size: IMAGE_SIDE * small };
  return (
    <div className={classes.image}>
      <div className={classes.large}>
        {net && (
          <SegmentedControl
            {...SEGMENTS}
            aria-label="Pictures to compare"
            data={[
              { value: "net", label: "Original, net" },
              { value: "pca", label: "Original, PCA" },
              { value: "both", label: "PCA, net" },
            ]}
            value={pairing}
            onChange={(value) => setPairing(value as Pairing)}
          />
        )}
        <Compare left={left} right={right} size={IMAGE_SIDE * large} />
      </div>
      <div className={classes.maps}>
        {ofNet && <Maps name="This net" tone="net" other={ofNet} {...maps} />}
        <Maps name="PCA" tone="pca" other={ofPca} {...maps} />
        <FigureTable net={net} pca={pca} image={image} />
      </div>
    </div>
  );
}

/** Whole multiples of an image's pixels that fit: of the large picture, and of three small ones. */
function scales(width: number): { readonly large: number; readonly small: number } {
  if (width >= 760)
    return { large: Math.min(13, Math.floor((width * 0.36) / 28)), small: width < 940 ? 4 : 5 };
  return { large: Math.min(12, Math.max(6, Math.floor((width - 40) / 28))), small: 3 };
}

interface MapsProps {
  readonly name: string;
  readonly tone: "net" | "pca";
  readonly original: Uint8Array;
  readonly other: Uint8Array;
  readonly protocol: "ssim" | "ssimWriteup";
  /** CSS pixels of each picture. */
  readonly size: number;
}

/** A reconstruction, its signed error and its SSIM map, side by side. */
function Maps({ name, tone, original, other, protocol, size }: MapsProps) {
  const colours = ERROR_COLOURS[useComputedColorScheme("light")];
  const error = useMemo(() => errorPixels(original, other, colours), [original, other, colours]);
  return (
    <section className={classes.row} aria-label={name}>
      <h3 data-tone={tone}>{name}</h3>
      <figure>
        <PixelCanvas
          rgba={greyPixels(other)}
          side={IMAGE_SIDE}
          size={size}
          label={`${name}: reconstruction`}
        />
        <figcaption>reconstruction</figcaption>
      </figure>
      <figure>
        <PixelCanvas rgba={error} side={IMAGE_SIDE} size={size} label={`${name}: signed error`} />
        <figcaption>signed error</figcaption>
      </figure>
      <figure>
        <SsimMapPicture
          original={original}
          other={other}
          protocol={protocol}
          size={size}
          label={`${name}: SSIM map`}
        />
        <figcaption>SSIM map</figcaption>
      </figure>
    </section>
  );
}
