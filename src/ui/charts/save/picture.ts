/** A chart on the page as one SVG of its own: every colour computed, nothing left to style sheets. */

import { FONT, LETTER, lines, make, resolved, SVG, styled, words } from "../../figure/svg";

export interface SheetKey {
  readonly name: string;
  /** As CSS has it: `var(--net)`. */
  readonly colour: string;
  readonly dashed?: boolean;
}

/** What a saved picture of a chart says besides its curves. */
export interface ChartSheet {
  readonly title: string;
  /** In the file's name, and what its figures are. */
  readonly name: "loss" | "ssim" | "elbo";
  /** What the vertical axis measures. */
  readonly measure: string;
  readonly keys: readonly SheetKey[];
}

const EDGE = 16;
/** Pixels of a line under the title. */
const LINE = 17;
/** Title and legend, without what was trained. */
const HEAD = 57;

/**
 * Draws all that stands in `room`: charts where they are, and the captions between them.
 * `subtitle` says which run it is.
 */
export function pictureOf(room: HTMLElement, sheet: ChartSheet, subtitle: string): SVGSVGElement {
  const frame = room.getBoundingClientRect();
  const style = getComputedStyle(room);
  const width = Math.ceil(frame.width) + 2 * EDGE;
  const trained = lines(`${subtitle} · ${sheet.measure}`, (width - 2 * EDGE) / LETTER);
  const head = HEAD + trained.length * LINE;
  const height = Math.ceil(frame.height) + head + EDGE + 14;
  const colour = (value: string) => resolved(room, value);
  const picture = make("svg", {
    xmlns: SVG,
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    "font-family": FONT,
    "font-size": "12",
  });
  const ink = style.color;
  const soft = colour("var(--ink-2)");
  picture.append(
    make("title", {}, `${sheet.title}: ${subtitle}`),
    make("rect", { width, height, fill: colour("var(--paper)") }),
    words(sheet.title, EDGE, 24, { fill: ink, "font-size": "15", "font-weight": "600" }),
    ...trained.map((line, i) => words(line, EDGE, 43 + i * LINE, { fill: soft })),
    legendOf(sheet, head - 12, soft, colour),
  );
  const place = (element: Element) => {
    const { left, top, height: tall } = element.getBoundingClientRect();
    return { x: left - frame.left + EDGE, y: top - frame.top + head, tall };
  };
  for (const svg of room.querySelectorAll("svg")) {
    const { x, y } = place(svg);
    const group = make("g", { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
    for (const child of svg.children) group.append(styled(child));
    picture.append(group);
  }
  for (const caption of room.querySelectorAll<HTMLElement>("[data-caption]")) {
    const { x, y, tall } = place(caption);
    const left = Number.parseFloat(getComputedStyle(caption).paddingLeft);
    picture.append(
      words(captionText(caption), x + left, y + tall * 0.72, { fill: soft, "font-size": "12.5" }),
    );
  }
  picture.append(words("epoch", width / 2, height - 12, { fill: soft, "text-anchor": "middle" }));
  return picture;
}

/** "write-up protocol 0.962": parts of a caption stand apart on the page. */
const captionText = (caption: Element): string =>
  [...caption.childNodes]
    .map((node) => node.textContent?.trim())
    .filter(Boolean)
    .join(" ");

function legendOf(
  sheet: ChartSheet,
  y: number,
  ink: string,
  colour: (value: string) => string,
): SVGElement {
  const group = make("g", {});
  let x = EDGE;
  for (const { name, colour: stroke, dashed } of sheet.keys) {
    const line = make("path", {
      d: `M${x} ${y - 4}h16`,
      stroke: colour(stroke),
      "stroke-width": 2.2,
    });
    if (dashed) line.setAttribute("stroke-dasharray", "5 3");
    group.append(line, words(name, x + 22, y, { fill: ink }));
    x += 22 + name.length * LETTER + 16;
  }
  return group;
}
