/** A part of the page as one SVG: words, charts and pictures where they stand on the screen. */

import { FONT, LETTER, lines, make, resolved, SVG, styled, vectorOf, words } from "./svg";
import { FigureError } from "./trouble";

/** Controls are of use on a screen alone. */
const SCREEN_ONLY =
  'input, select, label:has(input, select), [role="radiogroup"], [data-screen-only]';
/** Around all that is drawn, and between it and the caption. */
const EDGE = 12;
const LINE = 17;
/** Of a line of text, above its baseline: Inter's ascent of its ascent and descent. */
const ABOVE_BASELINE = 0.8;

/**
 * Draws all that stands in `root`, what is scrolled out of sight too.
 *
 * @param caption stands under it: what was trained, and by which protocol it is judged
 */
export function drawingOf(root: HTMLElement, caption: string): SVGSVGElement {
  const parts = make("g", {});
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  const add = (part: SVGElement, { left, top, right, bottom }: DOMRect): void => {
    bounds.left = Math.min(bounds.left, left);
    bounds.top = Math.min(bounds.top, top);
    bounds.right = Math.max(bounds.right, right);
    bounds.bottom = Math.max(bounds.bottom, bottom);
    parts.append(part);
  };
  draw(root, add);
  if (bounds.left > bounds.right) throw new FigureError("there is nothing to draw yet");
  const width = Math.ceil(bounds.right - bounds.left) + 2 * EDGE;
  const captions = caption ? lines(caption, (width - 2 * EDGE) / LETTER) : [];
  const tall = Math.ceil(bounds.bottom - bounds.top);
  const height = tall + 2 * EDGE + (captions.length > 0 ? captions.length * LINE + 4 : 0);
  const soft = resolved(root, "var(--ink-2)");
  parts.setAttribute("transform", `translate(${EDGE - bounds.left} ${EDGE - bounds.top})`);
  const picture = make("svg", {
    xmlns: SVG,
    viewBox: `0 0 ${width} ${height}`,
    "font-family": FONT,
    "font-size": 12,
  });
  picture.append(
    make("rect", { width, height, fill: resolved(root, "var(--paper)") }),
    parts,
    ...captions.map((line, i) => words(line, EDGE, tall + EDGE + (i + 1) * LINE, { fill: soft })),
  );
  return picture;
}

type Add = (part: SVGElement, box: DOMRect) => void;

function draw(element: Element, add: Add): void {
  if (element.matches(SCREEN_ONLY)) return;
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden" || style.opacity === "0") return;
  const box = element.getBoundingClientRect();
  // Words for those who cannot see are a pixel large.
  if (box.width <= 1 && box.height <= 1) return;
  if (element instanceof SVGSVGElement) {
    add(chartPart(element, box), box);
  } else if (element instanceof HTMLCanvasElement) {
    const part = canvasPart(element, box);
    if (part) add(part, box);
  } else {
    ground(element, style, box, add);
    for (const child of element.childNodes) {
      if (child instanceof Element) draw(child, add);
      else if (child instanceof Text) letters(child, style, add);
    }
  }
}

function chartPart(svg: SVGSVGElement, { left, top, width, height }: DOMRect): SVGElement {
  const place = { x: left, y: top, width, height, overflow: "visible" };
  const viewBox = svg.getAttribute("viewBox");
  const part = make("svg", viewBox ? { ...place, viewBox } : place);
  const { fill, stroke } = getComputedStyle(svg);
  const inherited = make("g", { fill, stroke });
  for (const child of svg.children) inherited.append(styled(child));
  part.append(inherited);
  return part;
}

function canvasPart(canvas: HTMLCanvasElement, box: DOMRect): SVGElement | null {
  const { left, top, width, height } = box;
  const vector = vectorOf(canvas);
  if (vector) {
    const part = make("g", { transform: `translate(${left} ${top})` });
    part.append(vector);
    return part;
  }
  if (canvas.dataset.empty === "true" || canvas.width === 0) return null;
  return make("image", {
    x: left,
    y: top,
    width,
    height,
    href: canvas.toDataURL(),
    preserveAspectRatio: "none",
    style: "image-rendering:pixelated",
  });
}

/** What lies under an element: its colour or ramp, and the line that parts it from the next. */
function ground(element: Element, style: CSSStyleDeclaration, box: DOMRect, add: Add): void {
  const { left: x, top: y, width, height, bottom } = box;
  const rx = Number.parseFloat(style.borderRadius) || 0;
  const stops = /^linear-gradient\(to right, (.*)\)$/.exec(style.backgroundImage)?.[1];
  if (stops) {
    const colours = stops.split(/, (?=rgb)/);
    const gradient = make("linearGradient", { id: `ramp-${Math.round(x)}-${Math.round(y)}` });
    gradient.append(
      ...colours.map((colour, i) =>
        make("stop", { offset: i / (colours.length - 1), "stop-color": colour }),
      ),
    );
    const part = make("g", {});
    part.append(gradient, make("rect", { x, y, width, height, rx, fill: `url(#${gradient.id})` }));
    add(part, box);
  } else if (!isClear(style.backgroundColor)) {
    add(make("rect", { x, y, width, height, rx, fill: style.backgroundColor }), box);
  }
  const rule = Number.parseFloat(style.borderBottomWidth);
  if (rule > 0 && element instanceof HTMLTableCellElement) {
    const stroke = style.borderBottomColor;
    add(make("path", { d: `M${x} ${bottom - rule / 2}h${width}`, stroke }), box);
  }
}

const isClear = (colour: string): boolean => colour === "transparent" || /[,/] 0\)$/.test(colour);

/** The words of a node, a line of the page a line of the drawing. */
function letters(node: Text, style: CSSStyleDeclaration, add: Add): void {
  if (node.data.trim() === "") return;
  const centred = style.textAlign === "center";
  const attributes = {
    fill: style.color,
    "font-size": style.fontSize,
    "font-weight": style.fontWeight,
    ...(centred ? { "text-anchor": "middle" } : {}),
  };
  for (const { text, box } of linesOf(node)) {
    const x = centred ? box.left + box.width / 2 : box.left;
    add(words(text, x, box.top + box.height * ABOVE_BASELINE, attributes), box);
  }
}

/** Where the page breaks the node's words into lines. */
function linesOf(node: Text): { text: string; box: DOMRect }[] {
  const range = document.createRange();
  const boxOf = (from: number, to: number) => {
    range.setStart(node, from);
    range.setEnd(node, to);
    return range.getBoundingClientRect();
  };
  const found: { text: string; from: number; to: number; top: number }[] = [];
  for (const { index, 0: word } of node.data.matchAll(/\S+/g)) {
    const to = index + word.length;
    const { top, width } = boxOf(index, to);
    const line = found.at(-1);
    if (width === 0) continue;
    if (line && Math.abs(line.top - top) < 2) {
      line.text += ` ${word}`;
      line.to = to;
    } else found.push({ text: word, from: index, to, top });
  }
  return found.map(({ text, from, to }) => ({ text, box: boxOf(from, to) }));
}
