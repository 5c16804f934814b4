import { scaleLinear } from "d3-scale";
import { useMemo, useRef } from "react";
import type { ItemWords } from "../../../../datasets/item-words";
import { histogram, quantile, rankOf } from "../../../../math/histogram";
import { whole } from "../../../kit/format";
import { useItem, useSize } from "../../../kit/hooks";
import classes from "./ErrorPlace.module.css";

interface Props {
  /** MSE of each image that was trained on. */
  readonly training: Float32Array;
  readonly mse: number;
  readonly tone: "net" | "pca";
}

const BINS = 48;
const HEIGHT = 96;
/** Room over the bars for the mark's words. */
const WORDS = 18;
const thousandths = (value: number): string => (value * 1000).toFixed(2);

/** Where an image's error falls among those of the images that were trained on. */
export function ErrorPlace({ training, mse, tone }: Props) {
  const room = useRef<HTMLDivElement>(null);
  const { width } = useSize(room);
  const high = useMemo(() => 1.25 * quantile(training, 0.998), [training]);
  const bars = useMemo(
    () => barsOf(histogram(training, 0, high, BINS).counts, width),
    [training, high, width],
  );
  const rank = rankOf(training, mse);
  const at = scaleLinear().domain([0, high]).range([0, width]).clamp(true)(mse);
  const isRight = at > width / 2;
  const { title, text } = strangeness(rank, useItem());
  const many =
    rank >= 1
      ? `every one of the ${whole(training.length)} training images`
      : `${(100 * rank).toFixed(1)}% of the ${whole(training.length)} training images`;
  return (
    <section className={classes.place} aria-label="Where its error falls" data-testid="error-place">
      <h3>{title}</h3>
      <p>
        {text} Its MSE is {thousandths(mse)} · 10⁻³, more than that of {many}.
      </p>
      <div ref={room}>
        <svg
          width={width}
          height={HEIGHT + 22}
          role="img"
          aria-label={`MSE of the training images; this image's is more than that of ${many}`}
        >
          <path d={bars} fill={`var(--${tone})`} opacity={0.5} />
          <path d={`M${at} 0V${HEIGHT}`} stroke="var(--ink)" strokeWidth="2" />
          <text
            x={isRight ? at - 6 : at + 6}
            y={11}
            textAnchor={isRight ? "end" : "start"}
            className={classes.mark}
          >
            {mse > high ? "this image, far to the right" : "this image"}
          </text>
          <path d={`M0 ${HEIGHT + 0.5}H${width}`} stroke="var(--line-strong)" />
          <text x={0} y={HEIGHT + 16} className={classes.tick}>
            0
          </text>
          <text x={width} y={HEIGHT + 16} textAnchor="end" className={classes.tick}>
            MSE {thousandths(high)} · 10⁻³
          </text>
        </svg>
      </div>
    </section>
  );
}

/** All bars as one path, a pixel apart. */
function barsOf(counts: Uint32Array, width: number): string {
  const tallest = Math.max(...counts);
  const step = width / counts.length;
  return Array.from(counts, (count, bin) => {
    const height = (count / tallest) * (HEIGHT - WORDS);
    return `M${bin * step} ${HEIGHT}v${-height}h${Math.max(0, step - 1)}v${height}z`;
  }).join("");
}

/** How an image's error compares with those of the images that were trained on, in words. */
export interface Strangeness {
  readonly title: string;
  readonly text: string;
}

/** @param rank share of the training images with a smaller error */
export function strangeness(rank: number, { many, one, Many }: ItemWords): Strangeness {
  if (rank >= 0.995) {
    return {
      title: "Strange",
      text: `Hardly any ${one} of the training images comes back this badly: this is something new.`,
    };
  }
  if (rank >= 0.95) {
    return {
      title: "Unusual",
      text: `Only a few ${many} of the training images come back worse.`,
    };
  }
  return { title: "Familiar", text: `${Many} of the training images come back about as well.` };
}
