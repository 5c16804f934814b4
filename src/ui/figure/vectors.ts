/** Canvases that are drawn by shapes: a saved figure has the shapes, sharp at any size. */

const VECTORS = new WeakMap<HTMLCanvasElement, () => SVGElement>();

/** @param draw what the canvas shows, in its CSS pixels */
export function setVector(canvas: HTMLCanvasElement, draw: () => SVGElement): void {
  VECTORS.set(canvas, draw);
}

/** The canvas's shapes; null where it has nothing but its pixels. */
export function vectorOf(canvas: HTMLCanvasElement): SVGElement | null {
  return VECTORS.get(canvas)?.() ?? null;
}
