import { usePlotArea, useYAxisScale } from "recharts";
import { ssim } from "../../kit/format";

interface Mark {
  readonly colour: string;
  /** Null where there is no such line. */
  readonly value: number | null;
}

/** Pixels between two values' middles, so that both can be read. */
const APART = 14;

/** The values of reference lines, beside the plot where no curve runs into them. */
export function ReferenceMarks({ marks }: { marks: readonly Mark[] }) {
  const area = usePlotArea();
  const scale = useYAxisScale();
  if (!area || !scale) return null;
  const there = marks
    .flatMap(({ colour, value }) => (value === null ? [] : [{ colour, value }]))
    .sort((a, b) => b.value - a.value);
  let above = Number.NEGATIVE_INFINITY;
  return (
    <g fontSize="12" data-figures>
      {there.map(({ colour, value }) => {
        const y = Math.max(scale(value) ?? 0, above + APART);
        above = y;
        return (
          <text key={colour} x={area.x + area.width + 6} y={y} dy="0.35em" fill={colour}>
            {ssim(value)}
          </text>
        );
      })}
    </g>
  );
}
