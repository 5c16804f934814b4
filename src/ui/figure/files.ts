/** A part of the page as a file at print size. */

import { saveFile } from "../kit/saveFile";
import { drawingOf } from "./drawing";
import { pngOf, withDensity } from "./png";

export const FORMATS = ["PNG", "SVG"] as const;
export type FigureFormat = (typeof FORMATS)[number];

/** What journals ask of pictures. */
const DOTS_PER_INCH = 300;
const MILLIMETRES_PER_INCH = 25.4;

interface Figure {
  readonly root: HTMLElement;
  /** In the file's name. */
  readonly name: string;
  readonly caption: string;
  /** Millimetres. */
  readonly width: number;
  /** Its pictures are a camera's, with people on them perhaps. */
  readonly isCamera: boolean;
}

const CAMERA = "The camera’s pictures are in this figure: people may be on them. Save it?";

/**
 * Camera's pictures go into a file only where somebody says so.
 *
 * @returns whether it was saved
 * @throws where there is nothing to draw, or the browser cannot
 */
export async function saveFigure(figure: Figure, format: FigureFormat): Promise<boolean> {
  const { root, name, caption, width, isCamera } = figure;
  const drawing = drawingOf(root, caption);
  if (isCamera && drawing.querySelector("image") && !confirm(CAMERA)) return false;
  const fileName = `latent-loom-${name}-${width}mm.${format.toLowerCase()}`;
  if (format === "PNG") {
    const png = await pngOf(drawing, Math.round((width / MILLIMETRES_PER_INCH) * DOTS_PER_INCH));
    const bytes = withDensity(new Uint8Array(await png.arrayBuffer()), DOTS_PER_INCH);
    saveFile(new Blob([bytes], { type: "image/png" }), fileName);
    return true;
  }
  const [, , inner = 1, tall = 1] = (drawing.getAttribute("viewBox") ?? "").split(" ").map(Number);
  drawing.setAttribute("width", `${width}mm`);
  drawing.setAttribute("height", `${((width * tall) / inner).toFixed(2)}mm`);
  const text = new XMLSerializer().serializeToString(drawing);
  saveFile(new Blob([text], { type: "image/svg+xml" }), fileName);
  return true;
}
