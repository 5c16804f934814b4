/** Where curves' names stand in a chart: beside their ends, on no line where there is room. */

/** Pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface End extends Place {
  readonly id: string;
  readonly name: string;
}

export interface PlacedName {
  readonly id: string;
  readonly name: string;
  /** Where the text begins, or ends if it stands left of the curve's end. */
  readonly x: number;
  /** Its middle. */
  readonly y: number;
  readonly anchor: "start" | "end";
}

/** The plot, and how far down names may stand. */
export interface Room {
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Span = readonly [low: number, high: number];

/** Between two curves' ends, or two names' middles, so that both can be read. */
const APART = 13;
/** From a name's middle to the nearest line. */
const CLEAR = 10;
/** From a name's middle to its own edge. */
const HALF = 4.5;
/** From a curve's end to its name: farther away, nobody would know whose it is. */
const FARTHEST = 48;
/** Between a curve's end and its name. */
const GAP = 5;
/** A letter's width, about. */
const LETTER = 5.6;

/**
 * Names of the curves that end there, as near to their ends as no line crosses them; on the lines
 * where that is too far. Of two curves that end side by side the first alone is named.
 */
export function placeNames(
  ends: readonly End[],
  lines: readonly (readonly Place[])[],
  { right, top, bottom }: Room,
): PlacedName[] {
  const placed: (PlacedName & { readonly end: Place; readonly span: Span })[] = [];
  for (const end of ends) {
    const { id, name, x, y } = end;
    if (placed.some((other) => Math.abs(other.end.y - y) < APART)) continue;
    const width = LETTER * name.length;
    const anchor = x + GAP + width > right ? "end" : "start";
    const at = anchor === "end" ? Math.min(x, right) - GAP : x + GAP;
    const span: Span = anchor === "end" ? [at - width, at] : [at, at + width];
    const names = placed.filter((other) => other.span[0] < span[1] && other.span[1] > span[0]);
    const taken = [
      ...lines.flatMap((line) => heightsWithin(line, span)).map(grownBy(CLEAR)),
      ...names.map((other) => grownBy(APART)([other.y, other.y])),
    ];
    const free = [y, ...taken.flat()]
      .filter((middle) => middle >= top + HALF && middle <= bottom - HALF)
      .filter((middle) => taken.every(([low, high]) => middle <= low || middle >= high))
      .sort((a, b) => Math.abs(a - y) - Math.abs(b - y))[0];
    const middle = free !== undefined && Math.abs(free - y) <= FARTHEST ? free : y;
    placed.push({ id, name, x: at, y: middle, anchor, end, span });
  }
  return placed;
}

const grownBy =
  (by: number) =>
  ([low, high]: Span): Span => [low - by, high + by];

/** From the least to the greatest height of a line between two places of the horizontal axis. */
function heightsWithin(line: readonly Place[], [from, to]: Span): Span[] {
  const heights: number[] = [];
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    if (b.x < from || a.x > to) continue;
    const rise = (b.y - a.y) / (b.x - a.x || 1);
    heights.push(a.y + rise * (Math.max(a.x, from) - a.x), a.y + rise * (Math.min(b.x, to) - a.x));
  }
  return heights.length > 0 ? [[Math.min(...heights), Math.max(...heights)]] : [];
}
