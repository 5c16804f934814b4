/** Where curves' names stand in a chart: beside their ends, on no line where there is room. */

import type { Point } from "../../../state/series";

/** Where a curve ends in sight, in pixels. */
export interface End extends Point {
  readonly id: string;
  readonly name: string;
}

export interface PlacedName {
  readonly id: string;
  /** Shortened where the plot is too narrow for all of it. */
  readonly name: string;
  /** Where the text begins, or ends if it stands left of the curve's end. */
  readonly x: number;
  /** Its middle. */
  readonly y: number;
  readonly anchor: "start" | "end";
  /** The curve's end, where the name is so far above or below it that a line must join them. */
  readonly from: Point | null;
}

/** The plot; names may stand less far down than curves. */
export interface Room {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** A text's width. */
  readonly widthOf: (text: string) => number;
}

type Span = readonly [low: number, high: number];

/** Between two curves' ends, or two names' middles, so that both can be read. */
const APART = 13;
/** From a name's middle to the nearest line. */
const CLEAR = 10;
/** From a name's middle to its own edge. */
const HALF = 4.5;
/** From a curve's end to its name: farther away, nobody would look for it. */
const FARTHEST = 48;
/** From there on a line joins a curve's end and its name. */
const JOINED = 9;
/** Between a curve's end and its name. */
const GAP = 5;
/** Letters that say something: where there is no room for so many, there is no name. */
const FEWEST = 6;

/** The last place of a curve within the plot, where its line is cut off at the edges; null where it is out of sight. */
export function visibleEnd(
  places: readonly Point[],
  { left, right, top, bottom }: Pick<Room, "left" | "right" | "top" | "bottom">,
): Point | null {
  for (let i = places.length - 1; i >= 0; i--) {
    const b = places[i]!;
    const a = places[i - 1] ?? b;
    const steps = [b.x - a.x, b.y - a.y] as const;
    // Shares of the way from a to b between which it is inside (Liang and Barsky 1984).
    let [from, to] = [0, 1];
    for (const [step, low, high] of [
      [steps[0], left - a.x, right - a.x],
      [steps[1], top - a.y, bottom - a.y],
    ] as const) {
      if (step === 0) {
        if (low > 0 || high < 0) to = -1;
        continue;
      }
      const cuts = [low / step, high / step];
      from = Math.max(from, Math.min(...cuts));
      to = Math.min(to, Math.max(...cuts));
    }
    if (from <= to) return { x: a.x + to * steps[0], y: a.y + to * steps[1] };
  }
  return null;
}

/**
 * Names of the curves that end there, as near to their ends as no line crosses them; on the lines
 * where that is too far. Of two curves that end side by side the first alone is named.
 */
export function placeNames(
  ends: readonly End[],
  lines: readonly (readonly Point[])[],
  { left, right, top, bottom, widthOf }: Room,
): PlacedName[] {
  const placed: (PlacedName & { readonly end: Point; readonly span: Span })[] = [];
  for (const end of ends) {
    const { id, x, y } = end;
    if (placed.some((other) => Math.abs(other.end.y - y) < APART)) continue;
    const [before, after] = [x - GAP - left, right - x - GAP];
    const full = widthOf(end.name);
    const anchor = full <= after || after > before ? "start" : "end";
    const name = shortened(end.name, anchor === "start" ? after : before, widthOf);
    if (name === null) continue;
    const width = widthOf(name);
    const at = anchor === "end" ? x - GAP : x + GAP;
    const span: Span = anchor === "end" ? [at - width, at] : [at, at + width];
    const names = placed.filter((other) => other.span[0] < span[1] && other.span[1] > span[0]);
    const taken = [
      ...lines.flatMap((line) => heightsWithin(line, span)).map(grownBy(CLEAR)),
      ...names.map((other) => grownBy(APART)([other.y, other.y])),
    ];
    const within = (middle: number) => Math.min(bottom - HALF, Math.max(top + HALF, middle));
    const free = [y, ...taken.flat()]
      .filter((middle) => middle === within(middle))
      .filter((middle) => taken.every(([low, high]) => middle <= low || middle >= high))
      .sort((a, b) => Math.abs(a - y) - Math.abs(b - y))[0];
    const middle = free !== undefined && Math.abs(free - y) <= FARTHEST ? free : within(y);
    const from = Math.abs(middle - y) > JOINED ? { x, y } : null;
    placed.push({ id, name, x: at, y: middle, anchor, from, end, span });
  }
  return placed;
}

/** What of a name there is room for; null where that says nothing. */
function shortened(name: string, room: number, widthOf: (text: string) => number): string | null {
  if (widthOf(name) <= room) return name;
  for (let letters = name.length - 1; letters >= FEWEST; letters--) {
    const text = `${name.slice(0, letters).trimEnd()}…`;
    if (widthOf(text) <= room) return text;
  }
  return null;
}

const grownBy =
  (by: number) =>
  ([low, high]: Span): Span => [low - by, high + by];

/** From the least to the greatest height of a line between two places of the horizontal axis. */
function heightsWithin(line: readonly Point[], [from, to]: Span): Span[] {
  const heights: number[] = [];
  let before: Point | undefined;
  for (const b of line) {
    const a = before;
    before = b;
    if (!a || b.x < from || a.x > to) continue;
    const rise = (b.y - a.y) / (b.x - a.x || 1);
    heights.push(a.y + rise * (Math.max(a.x, from) - a.x), a.y + rise * (Math.min(b.x, to) - a.x));
  }
  return heights.length > 0 ? [[Math.min(...heights), Math.max(...heights)]] : [];
}
