import { useMemo, useState } from "react";
import type { ImageShape } from "../../math/image-set";
import type { Reconstructions } from "../../protocol/inference";
import { imageAt } from "../../state/images";
import { Segments } from "../kit/Segments";
import { useScheme } from "../kit/scheme";
import { Compare, type Picture } from "./Compare";
import { ERROR_COLOURS, errorRaster, fittingScale, imageRaster } from "./draw";
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
  const { shape } = pca;
  const { large, small } = scales(width, shape);
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

  const maps = { original, protocol, shape, scale: small };
  return (
    <div className={classes.image}>
      <div className={classes.large}>
        {net && (
          <Segments
            aria-label="Pictures to compare"
            data={[
              { value: "net", label: "Original, net" },
              { value: "pca", label: "Original, PCA" },
              { value: "both", label: "PCA, net" },
            ]}
            value={pairing}
            onChange={setPairing}
          />
        )}
        <Compare left={left} right={right} shape={shape} scale={large} />
      </div>
      <div className={classes.maps}>
        {ofNet && <Maps name="This net" tone="net" other={ofNet} {...maps} />}
        <Maps name="PCA" tone="pca" other={ofPca} {...maps} />
        <FigureTable net={net} pca={pca} image={image} />
      </div>
    </div>
  );
}

/** Of the large picture and of three small ones; a narrow screen leaves the dialog's padding. */
function scales(
  width: number,
  shape: ImageShape,
): { readonly large: number; readonly small: number } {
  const scaleIn = (room: number) => fittingScale(shape, room);
  if (width >= 760)
    return { large: scaleIn(Math.min(364, width * 0.36)), small: scaleIn(width < 940 ? 112 : 140) };
  return { large: scaleIn(Math.min(336, Math.max(168, width - 40))), small: scaleIn(84) };
}

interface MapsProps {
  readonly name: string;
  readonly tone: "net" | "pca";
  readonly original: Uint8Array;
  readonly other: Uint8Array;
  readonly protocol: "ssim" | "ssimWriteup";
  readonly shape: ImageShape;
  /** CSS pixels for one of an image. */
  readonly scale: number;
}

/** A reconstruction, its signed error and its SSIM map, side by side. */
function Maps({ name, tone, original, other, protocol, shape, scale }: MapsProps) {
  const colours = ERROR_COLOURS[useScheme()];
  const error = useMemo(
    () => errorRaster(original, other, shape, colours),
    [original, other, shape, colours],
  );
  return (
    <section className={classes.row} aria-label={name}>
      <h3 data-tone={tone}>{name}</h3>
      <figure>
        <PixelCanvas
          raster={imageRaster(other, shape)}
          scale={scale}
          label={`${name}: reconstruction`}
        />
        <figcaption>reconstruction</figcaption>
      </figure>
      <figure>
        <PixelCanvas raster={error} scale={scale} label={`${name}: signed error`} />
        <figcaption>signed error</figcaption>
      </figure>
      <figure>
        <SsimMapPicture
          original={original}
          other={other}
          protocol={protocol}
          shape={shape}
          scale={scale}
          label={`${name}: SSIM map`}
        />
        <figcaption>SSIM map</figcaption>
      </figure>
    </section>
  );
}
