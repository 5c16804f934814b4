import { useScheme } from "../../../kit/scheme";
import { cellColour, mostOf, type Tone, textColour } from "./colours";
import classes from "./Inside.module.css";
import { Sheet } from "./Sheet";
import { brief } from "./words";

interface Props {
  readonly title: string;
  /** In rows; NaN is outside the image. */
  readonly values: Float32Array;
  readonly width: number;
  readonly tone?: Tone;
  /** Which of them is marked; left out for none. */
  readonly marked?: number;
}

/** Columns up to which cells have room for a number. */
const MOST_COLUMNS = 5;
const MOST_CELLS = 25;
/** CSS pixels of the picture of a larger window. */
const ROOM = 150;

/** A window's numbers, coloured; of large windows the colours alone. */
export function NumberGrid({ title, values, width, tone = "numbers", marked }: Props) {
  const scheme = useScheme();
  const most = mostOf(values);
  if (width > MOST_COLUMNS || values.length > MOST_CELLS) {
    const label = `${title}: ${values.length} numbers, the furthest from 0 is ${brief(most)}`;
    return (
      <figure className={classes.grid}>
        <Sheet {...{ values, width, tone, most, label }} room={ROOM} framed={null} />
        <figcaption>{title}</figcaption>
      </figure>
    );
  }
  const words = Array.from(values, (value) => (Number.isNaN(value) ? "outside" : brief(value)));
  return (
    <figure className={classes.grid}>
      <div
        className={classes.cells}
        role="img"
        aria-label={`${title}: ${words.join(", ")}`}
        style={{ gridTemplateColumns: `repeat(${width}, 46px)` }}
      >
        {Array.from(values, (value, i) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place
            key={i}
            data-marked={i === marked || undefined}
            style={{
              background: cellColour(value, most, tone, scheme),
              color: textColour(value, tone),
            }}
          >
            {Number.isNaN(value) ? "–" : brief(value)}
          </span>
        ))}
      </div>
      <figcaption>{title}</figcaption>
    </figure>
  );
}
