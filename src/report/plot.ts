/** Line plots as SVG, for light and for dark pages. */

import { scaleLog } from "d3-scale";
import { line } from "d3-shape";

/** How a series looks; the same in every panel. */
export type Mark = "net" | "pca" | "jpeg" | "published";

export interface Series {
  readonly name: string;
  readonly mark: Mark;
  /** By ascending x; joined by a line, but for what was published. A deviation is drawn as a bar. */
  readonly points: readonly (readonly [x: number, y: number, deviation?: number])[];
}

/**
 * How an axis is divided: by factors of the value (`factors`), or of what it lacks to 1
 * (`towards one`), as from 0.9 to 0.99, where good SSIMs would be one line otherwise.
 */
export type Scale = "factors" | "towards one";

export interface Panel {
  readonly title: string;
  /** Of the y axis; the x axis goes by factors of 2. */
  readonly scale: Scale;
  readonly series: readonly Series[];
}

export interface Plot {
  readonly title: string;
  /** One line below the title. */
  readonly subtitle: string;
  /** What readers who do not see it are told. */
  readonly description: string;
  /** Below the axis of each panel. */
  readonly xLabel: string;
  readonly panels: readonly Panel[];
}

const WIDTH = 320;
const HEIGHT = 320;
const GAP = 24;
const INSET = { left: 52, right: 12, top: 32, bottom: 46 };
const LEGEND = 70;
const TOP = 90;
const EDGE = 16;

/** The page's colours: net, PCA, JPEG and ink mean the same there. Lines hold 3:1 on either ground. */
const STYLE = `
  svg { --paper: #fbfaf7; --ink: #1c1b19; --soft: #54514b; --line: #e6e2da;
    --net: #0b7a75; --pca: #9c5200; --jpeg: #a3305f; --published: #1c1b19; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #141517; --ink: #ecebe7; --soft: #b7b4ac; --line: #2a2c30;
      --net: #3cc4b8; --pca: #eda04f; --jpeg: #f28bb4; --published: #ecebe7; }
  }
  text { font: 12px system-ui, sans-serif; fill: var(--soft); font-variant-numeric: tabular-nums; }
  .title { font-size: 15px; font-weight: 600; fill: var(--ink); }
  .panel { font-size: 13px; font-weight: 600; fill: var(--ink); }
  .grid { stroke: var(--line); }
  .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
  .pca { stroke-dasharray: 6 3; }
  .jpeg { stroke-dasharray: 2 3; }
`;

/** The plot as an SVG file: panels side by side below one legend. */
export function svg(plot: Plot): string {
  const width = 2 * EDGE + plot.panels.length * WIDTH + (plot.panels.length - 1) * GAP;
  const height = TOP + HEIGHT + EDGE;
  const sizes = plot.panels.flatMap(({ series }) => series.flatMap(({ points }) => points));
  const powers = powersAround(sizes.map(([x]) => x));
  const panels = plot.panels.map((panel, index) => {
    const left = EDGE + index * (WIDTH + GAP);
    return `<g transform="translate(${left} ${TOP})">\n${panelOf(panel, plot.xLabel, powers)}\n</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(plot.title)}</title>
<desc id="description">${escaped(plot.description)}</desc>
<style>${STYLE}</style>
<rect width="100%" height="100%" fill="var(--paper)"/>
<text class="title" x="${EDGE}" y="26">${escaped(plot.title)}</text>
<text x="${EDGE}" y="46">${escaped(plot.subtitle)}</text>
${legendOf(plot.panels)}
${panels.join("\n")}
</svg>
`;
}

/** Every series once, in the order of their first appearance. */
function legendOf(panels: readonly Panel[]): string {
  const names = new Map(
    panels.flatMap(({ series }) => series).map(({ name, mark }) => [name, mark]),
  );
  let x = EDGE;
  const entries = [...names].map(([name, mark]) => {
    const line =
      mark === "published"
        ? ""
        : `<path class="curve ${mark}" stroke="var(--${mark})" d="M${x} ${LEGEND}h28"/>`;
    const entry = `${line}${markAt(mark, x + 14, LEGEND)}<text x="${x + 36}" y="${LEGEND + 4}">${escaped(name)}</text>`;
    x += 60 + 7 * name.length;
    return entry;
  });
  return entries.join("\n");
}

/** Powers of two from below the smallest to above the largest value, at least two. */
function powersAround(values: readonly number[]): number[] {
  const from = Math.floor(Math.log2(Math.min(...values)));
  const to = Math.max(from + 1, Math.ceil(Math.log2(Math.max(...values))));
  return Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));
}

type Point = [x: number, y: number];

/** Through places that are rounded. */
const path = line<Point>().digits(null);

/** Of the bar that a deviation makes; twice the value where there is none. */
function endsOf([, y, deviation = 0]: Series["points"][number]): [number, number] {
  return [y - deviation, y + deviation];
}

/** @param powers ticks of the x axis, ascending by factors of 2 */
function panelOf(
  { title, scale, series }: Panel,
  xLabel: string,
  powers: readonly number[],
): string {
  const values = series.flatMap(({ points }) => points.flatMap(endsOf));
  const ticks = ticksFor(values, scale);
  const right = WIDTH - INSET.right;
  const bottom = HEIGHT - INSET.bottom;
  const xScale = scaleLog()
    .domain([powers[0]!, powers.at(-1)!])
    .range([INSET.left, right]);
  const level = LEVELS[scale];
  const yScale = scaleLog()
    .domain([level(ticks[0]!), level(ticks.at(-1)!)])
    .range([bottom, INSET.top]);
  const place = (x: number, y: number): Point => [rounded(xScale(x)), rounded(yScale(level(y)))];
  return [
    `<text class="panel" x="0" y="12">${escaped(title)}</text>`,
    ...ticks.map((tick) => {
      const [, y] = place(1, tick);
      return (
        `<path class="grid" d="M${INSET.left} ${y}H${right}"/>` +
        `<text x="${INSET.left - 8}" y="${y + 4}" text-anchor="end">${tick}</text>`
      );
    }),
    ...powers.map((power) => {
      const [x] = place(power, ticks[0]!);
      return `<text x="${x}" y="${bottom + 18}" text-anchor="middle">${power}</text>`;
    }),
    `<text x="${(INSET.left + right) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${escaped(xLabel)}</text>`,
    ...series.map(({ mark, points }) => {
      const places = points.map(([x, y]) => place(x, y));
      const curve =
        mark === "published" || places.length < 2
          ? ""
          : `<path class="curve ${mark}" stroke="var(--${mark})" d="${path(places)}"/>`;
      const bars = points.flatMap((point) => {
        if (!point[2]) return [];
        const [[x, low], [, high]] = endsOf(point).map((y) => place(point[0], y)) as [Point, Point];
        return `<path stroke="var(--${mark})" d="M${x} ${low}V${high}"/>`;
      });
      return curve + bars.join("") + places.map(([x, y]) => markAt(mark, x, y)).join("");
    }),
  ].join("\n");
}

/** A shape of its own for each series, so that colour is not all that tells them apart. */
function markAt(mark: Mark, x: number, y: number): string {
  const fill = `fill="var(--${mark})"`;
  switch (mark) {
    case "net":
      return `<circle cx="${x}" cy="${y}" r="4" ${fill}/>`;
    case "pca":
      return `<rect x="${rounded(x - 3.5)}" y="${rounded(y - 3.5)}" width="7" height="7" ${fill}/>`;
    case "jpeg":
      return `<path d="M${x} ${rounded(y - 5)}l5 5l-5 5l-5 -5z" ${fill}/>`;
    case "published":
      return `<path d="M${rounded(x - 4)} ${rounded(y - 4)}l8 8m0 -8l-8 8" stroke="var(--published)" stroke-width="2" fill="none"/>`;
  }
}

/** What an axis goes by equal factors of. */
const LEVELS: Readonly<Record<Scale, (value: number) => number>> = {
  factors: (value) => value,
  // Under a ten-thousandth to 1 there is nothing to see.
  "towards one": (value) => Math.max(1 - value, 1e-4),
};

/** 1, 2 and 5 times the powers of ten, from 1e-6 to 1e6. */
const FACTORS = Array.from({ length: 13 }, (_, i) => i - 6).flatMap((power) =>
  [1, 2, 5].map((digit) => Number(`${digit}e${power}`)),
);

const TICKS: Readonly<Record<Scale, readonly number[]>> = {
  factors: FACTORS,
  "towards one": [-1, 0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9999],
};

/** Round numbers below, between and above the values, ascending; at least two. */
export function ticksFor(values: readonly number[], scale: Scale): number[] {
  const all = TICKS[scale];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const first = Math.max(
    0,
    all.findLastIndex((tick) => tick <= low),
  );
  const above = all.findIndex((tick) => tick >= high);
  const last = above < 0 ? all.length - 1 : above;
  return all.slice(Math.min(first, all.length - 2), Math.max(last, first + 1) + 1);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
