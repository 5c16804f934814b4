import type { EpochFigures } from "../../../runs/results";
import { loss } from "../../kit/format";
import classes from "./Sparkline.module.css";

const WIDTH = 92;
const HEIGHT = 26;
/** Points are drawn this far from the edge, so that no line is cut. */
const INSET = 2;
/**
 * The first epochs fall so steeply that the rest would look flat: values over this share are cut,
 * once there are enough of them.
 */
const SHOWN = 0.85;

/** Validation loss by epoch, small; the best epoch has a dot, and so has the only one. */
export function Sparkline({ epochs }: { epochs: readonly EpochFigures[] }) {
  const last = epochs.at(-1);
  if (!last) return <span className={classes.none}>–</span>;
  const points = path(epochs.map(({ validationLoss }) => validationLoss));
  const best = points[epochs.length === 1 ? 0 : epochs.findLastIndex(({ isBest }) => isBest)];
  return (
    <span className={classes.spark}>
      <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
        <polyline points={points.map(({ x, y }) => `${x},${y}`).join(" ")} />
        {best && <circle cx={best.x} cy={best.y} r="2.2" />}
      </svg>
      <span data-figures>{loss(last.validationLoss)}</span>
    </span>
  );
}

/** Places in the picture; the top is where all but the highest values lie. */
function path(values: readonly number[]): { x: number; y: number }[] {
  if (values.length === 1) return [{ x: WIDTH / 2, y: HEIGHT / 2 }];
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0] = sorted;
  const high = sorted[Math.ceil((sorted.length - 1) * SHOWN)] ?? low;
  const span = high - low || 1;
  const round = (value: number) => Math.round(value * 10) / 10;
  return values.map((value, i) => ({
    x: round(INSET + ((WIDTH - 2 * INSET) * i) / (values.length - 1)),
    y: round(HEIGHT - INSET - (HEIGHT - 2 * INSET) * Math.min(1, (value - low) / span)),
  }));
}
