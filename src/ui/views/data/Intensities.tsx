import { useRef } from "react";
import { type ClassSurvey, INTENSITY_BINS } from "../../../datasets/survey";
import { useSize } from "../../kit/hooks";
import classes from "./DatasetView.module.css";

const HEIGHT = 150;

interface Props {
  readonly found: readonly ClassSurvey[];
  readonly classNames: readonly string[];
}

/** How many pixels are how bright, of all garments shown; black ones, most of all, left out. */
export function Intensities({ found, classNames }: Props) {
  const room = useRef<HTMLDivElement>(null);
  const { width } = useSize(room);
  const counts = Array.from({ length: INTENSITY_BINS }, (_, bin) =>
    found.reduce((sum, { intensities }) => sum + (intensities[bin] ?? 0), 0),
  );
  const all = counts.reduce((sum, count) => sum + count, 0);
  // The first bin has the ground, which would make everything else invisible.
  const [dark = 0, ...lit] = counts;
  const tallest = Math.max(1, ...lit);
  const step = width / lit.length;
  const ground = Math.round((100 * dark) / all);
  return (
    <section aria-label="How bright pixels are">
      <h3>How bright pixels are</h3>
      <div ref={room}>
        <svg
          width={width}
          height={HEIGHT + 20}
          role="img"
          aria-label={`Histogram of intensities of ${found.map(({ id }) => classNames[id]).join(", ")}: ${ground}% of the pixels are black or nearly so`}
        >
          {lit.map((count, i) => {
            const height = (count / tallest) * (HEIGHT - 6);
            const grey = ((i + 1.5) * 256) / INTENSITY_BINS;
            return (
              <rect
                key={grey}
                x={i * step}
                y={HEIGHT - height}
                width={Math.max(0, step - 1.5)}
                height={height}
                className={classes.intensity}
              />
            );
          })}
          <path d={`M0 ${HEIGHT + 0.5}H${width}`} stroke="var(--line-strong)" />
          <text x={0} y={HEIGHT + 16} className={classes.tick}>
            darkest
          </text>
          <text x={width} y={HEIGHT + 16} textAnchor="end" className={classes.tick}>
            white
          </text>
        </svg>
      </div>
      <p className={classes.note}>
        {ground}% of the pixels are darker than 8 of 255, the ground; they are left out here.
      </p>
    </section>
  );
}
