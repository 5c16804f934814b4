import { useMemo, useRef } from "react";
import type { DataSpec } from "../../../datasets/dataset";
import type { ClassSurvey } from "../../../datasets/survey";
import type { ImageStrip } from "../../../protocol/messages";
import { imageAt } from "../../../state/images";
import { useSize } from "../../kit/hooks";
import { fittingScale, imageRaster } from "../../pictures/draw";
import { PixelCanvas } from "../../pictures/PixelCanvas";
import classes from "./ClassCard.module.css";

interface Props {
  readonly spec: DataSpec;
  readonly survey: ClassSurvey;
  readonly examples: ImageStrip;
  /** Which of the examples are this class's. */
  readonly from: number;
  readonly count: number;
}

/** CSS pixels for an image's longer side. */
const LARGE = 128;
const SMALL = 64;
/** Between small pictures: without one, those that fill their frames run into each other. */
const GAP = 2;

/** What one garment looks like: its mean, where its images differ, and some of them. */
export function ClassCard({ spec, survey, examples, from, count }: Props) {
  const name = spec.classNames[survey.id] ?? "";
  const room = useRef<HTMLDivElement>(null);
  const { width } = useSize(room);
  // Two lines of small pictures are as tall as one large one.
  const small = fittingScale(spec, SMALL);
  const large = fittingScale(spec, LARGE);
  const fitting = 2 * Math.floor((width + GAP) / (spec.width * small + GAP));
  const [mean, deviation] = useMemo(
    // The deviation is at most 127.5, so that twice as bright uses the whole range.
    () => [
      imageRaster(survey.mean, spec),
      imageRaster(
        survey.deviation.map((byte) => 2 * byte),
        spec,
      ),
    ],
    [survey, spec],
  );
  const pictures = useMemo(
    () =>
      Array.from({ length: Math.min(count, fitting) }, (_, i) => ({
        id: `example-${i + 1}`,
        bytes: imageAt(examples, from + i),
      })),
    [examples, from, count, fitting],
  );
  return (
    <section className={classes.card} aria-label={name}>
      <h3>{name}</h3>
      <div className={classes.pictures}>
        <figure>
          <PixelCanvas raster={mean} scale={large} label={`Mean of ${name}`} />
          <figcaption>mean</figcaption>
        </figure>
        <figure>
          <PixelCanvas raster={deviation} scale={large} label={`Where images of ${name} differ`} />
          <figcaption>σ, twice as bright</figcaption>
        </figure>
        <figure className={classes.examples}>
          <div
            ref={room}
            style={{ minHeight: 2 * spec.height * small + GAP }}
            role="img"
            aria-label={`${pictures.length} training images of ${name}`}
          >
            {pictures.map(
              ({ id, bytes }) =>
                bytes && <PixelCanvas key={id} raster={imageRaster(bytes, spec)} scale={small} />,
            )}
          </div>
          <figcaption>training images</figcaption>
        </figure>
      </div>
    </section>
  );
}
