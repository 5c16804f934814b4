/** What both charts share: hairline grid, small figures, no frame. */

export const MARGIN = { top: 8, right: 14, bottom: 0, left: 0 };

/** Margins of a chart with the values of its reference lines at their right ends. */
export const WITH_MARKS = { ...MARGIN, right: 44 };

/** Room for the figures of the vertical axis. */
export const Y_AXIS_WIDTH = 46;

export const GRID = { vertical: false, stroke: "var(--line)" } as const;

export const AXIS = {
  stroke: "var(--line-strong)",
  tick: { fontSize: 12, fill: "var(--ink-3)" },
  tickLine: false,
  tickSize: 0,
  axisLine: false,
  tickMargin: 8,
} as const;

export const REFERENCE_LABEL = { fontSize: 12, offset: 4 } as const;

/** Whole dots on a line that may be dashed: without them, Recharts dashes the one of a single point. */
export const dotsOf = (colour: string) =>
  ({ r: 3.5, fill: colour, stroke: "none", strokeDasharray: "none" }) as const;

/** Data of an empty chart: without any, Recharts draws no reference lines. */
export const BLANK = [{ x: 0 }, { x: 1 }];

/** Right ends of the epoch axis: few, because each change draws the whole chart anew. */
const ENDS = [2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Right end of the epoch axis: all planned epochs at first, then a round number over the trained. */
export const epochsShown = (trained: number, planned: number): number =>
  trained === 0 ? planned : Math.min(planned, ENDS.find((end) => end >= trained * 1.02) ?? planned);
