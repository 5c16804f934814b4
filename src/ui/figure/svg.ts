/** Parts of the page as SVG of its own: every colour computed, nothing left to style sheets. */

export const SVG = "http://www.w3.org/2000/svg";
export const FONT = '"Inter Variable", Inter, system-ui, sans-serif';
/** Pixels of a letter of Inter at 12 px, in the mean. */
export const LETTER = 6.3;
/** What decides how a shape looks; style sheets and custom properties do not leave the page. */
const PROPERTIES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
  "font-size",
  "font-weight",
  "paint-order",
  "text-anchor",
] as const;

export function make(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text = "",
): SVGSVGElement {
  const element = document.createElementNS(SVG, name) as SVGSVGElement;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text) element.textContent = text;
  return element;
}

export function words(
  text: string,
  x: number,
  y: number,
  attributes: Readonly<Record<string, string>>,
): SVGElement {
  return make("text", { x: x.toFixed(1), y: y.toFixed(1), ...attributes }, text);
}

/** The text in lines of at most so many letters, broken between words. */
export function lines(text: string, most: number): string[] {
  const all = [""];
  for (const word of text.split(" ")) {
    const longer = `${all.at(-1)} ${word}`.trimStart();
    if (longer.length <= most) all[all.length - 1] = longer;
    else all.push(word);
  }
  return all;
}

/** A copy without what is hidden, each shape with the look that the page gives it. */
export function styled(element: Element): Node {
  const copy = element.cloneNode(false) as Element;
  if (element instanceof SVGElement) {
    const style = getComputedStyle(element);
    if (style.display === "none" || style.visibility === "hidden") return make("g", {});
    for (const name of PROPERTIES) copy.setAttribute(name, style.getPropertyValue(name));
    copy.removeAttribute("class");
    copy.removeAttribute("style");
  }
  for (const child of element.childNodes) {
    if (child instanceof Element) copy.append(styled(child));
    else if (child instanceof Text) copy.append(child.data);
  }
  return copy;
}

/** What a colour, such as `var(--net)`, is here and now. */
export function resolved(room: HTMLElement, value: string): string {
  const probe = document.createElement("i");
  probe.style.color = value;
  room.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** How canvases are drawn by shapes: a saved figure has the shapes, sharp at any size. */
const VECTORS = new WeakMap<HTMLCanvasElement, () => SVGElement>();

/** @param draw what the canvas shows, in its CSS pixels */
export function setVector(canvas: HTMLCanvasElement, draw: () => SVGElement): void {
  VECTORS.set(canvas, draw);
}

/** The canvas's shapes; null where it has nothing but its pixels. */
export function vectorOf(canvas: HTMLCanvasElement): SVGElement | null {
  return VECTORS.get(canvas)?.() ?? null;
}
