import { useMemo, useRef } from "react";
import { CLASS_NAMES, IMAGE_SIDE } from "../../../config/config";
import type { ClassSurvey } from "../../../datasets/survey";
import type { ImageStrip } from "../../../protocol/messages";
import { imageAt } from "../../../state/images";
import { useSize } from "../../kit/hooks";
import { greyPixels } from "../../pictures/draw";
import { PixelCanvas } from "../../pictures/PixelCanvas";
import classes from "./ClassCard.module.css";

interface Props {
  readonly survey: ClassSurvey;
  readonly examples: ImageStrip;
  /** Which of the examples are this class's. */
  readonly from: number;
  readonly count: number;
}

/** CSS pixels. */
const LARGE = IMAGE_SIDE * 4;
const SMALL = IMAGE_SIDE * 2;

/** What one garment looks like: its mean, where its images differ, and some of them. */
export function ClassCard({ survey, examples, from, count }: Props) {
  const name = CLASS_NAMES[survey.id] ?? "";
  const room = useRef<HTMLDivElement>(null);
  const { width } = useSize(room);
  // Two lines of small pictures are as tall as one large one.
  const fitting = 2 * Math.floor(width / SMALL);
  const [mean, deviation] = useMemo(
    // The deviation is at most 127.5, so that twice as bright uses the whole range.
    () => [greyPixels(survey.mean), greyPixels(survey.deviation.map((byte) => 2 * byte))],
    [survey],
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
          <PixelCanvas rgba={mean} side={IMAGE_SIDE} size={LARGE} label={`Mean of ${name}`} />
          <figcaption>mean</figcaption>
        </figure>
        <figure>
          <PixelCanvas
            rgba={deviation}
            side={IMAGE_SIDE}
            size={LARGE}
            label={`Where images of ${name} differ`}
          />
          <figcaption>σ, twice as bright</figcaption>
        </figure>
        <figure className={classes.examples}>
          <div ref={room} role="img" aria-label={`${pictures.length} training images of ${name}`}>
            {pictures.map(
              ({ id, bytes }) =>
                bytes && (
                  <PixelCanvas key={id} rgba={greyPixels(bytes)} side={IMAGE_SIDE} size={SMALL} />
                ),
            )}
          </div>
          <figcaption>training images</figcaption>
        </figure>
      </div>
    </section>
  );
}
