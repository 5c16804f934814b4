/** An SVG as a PNG of any size, which may say how large it is on paper. */

import font from "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url";
import { crc32 } from "../../checks/crc32";
import { make } from "./svg";
import { FigureError } from "./trouble";

/**
 * @param width pixels of the PNG; its height follows
 * @throws where the browser cannot draw the picture or fetch its letters
 */
export async function pngOf(picture: SVGSVGElement, width: number): Promise<Blob> {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const [, , inner = 1, tall = 1] = (copy.getAttribute("viewBox") ?? "").split(" ").map(Number);
  const height = Math.round((width * tall) / inner);
  // Drawn at its final size, so that no pixel of a picture in it is smoothed.
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  // An SVG drawn as an image sees no fonts of the page: it brings its own.
  const face = `font-family:"Inter Variable";font-weight:100 900;src:url(${await dataAddress(font)})`;
  copy.prepend(make("style", {}, `@font-face{${face}}`));
  const text = new XMLSerializer().serializeToString(copy);
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d")?.drawImage(image, 0, 0, width, height);
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!png) throw new FigureError("it is larger than this browser can draw; take SVG");
    return png;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Bytes of a PNG's signature and its header, which comes first. */
const HEAD = 33;

/** The PNG with its resolution in it (a pHYs chunk), so that programs place it at its size. */
export function withDensity(
  png: Uint8Array<ArrayBuffer>,
  dotsPerInch: number,
): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const dotsPerMetre = Math.round(dotsPerInch / 0.0254);
  view.setUint32(0, 9);
  chunk.set([0x70, 0x48, 0x59, 0x73], 4);
  view.setUint32(8, dotsPerMetre);
  view.setUint32(12, dotsPerMetre);
  // 1: the unit is the metre.
  chunk[16] = 1;
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, HEAD));
  whole.set(chunk, HEAD);
  whole.set(png.subarray(HEAD), HEAD + chunk.length);
  return whole;
}

async function dataAddress(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok)
    throw new FigureError(
      `the server answers ${answer.status} for its letters; try again, or take SVG`,
    );
  const blob = await answer.blob();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
