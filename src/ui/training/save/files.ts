/** A chart as a file: PNG, SVG or CSV. */

import font from "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url";
import type { RunConfig } from "../../../core/config";
import { saveFile } from "../../common/saveFile";
import { runInWords } from "../../recipe/changes";
import { pictureOf } from "./picture";
import type { ChartSheet } from "./sheet";

/** Pixels of a PNG to one of the page: sharp in print and on any screen. */
const SCALE = 2;

export function saveCsv(csv: string, config: RunConfig, sheet: ChartSheet): void {
  saveFile(new Blob([csv], { type: "text/csv" }), fileName(sheet, config, "csv"));
}

export function saveSvg(room: HTMLElement, config: RunConfig, sheet: ChartSheet): void {
  const text = new XMLSerializer().serializeToString(pictureOf(room, sheet, runInWords(config)));
  saveFile(new Blob([text], { type: "image/svg+xml" }), fileName(sheet, config, "svg"));
}

/** @throws where the browser cannot draw the picture or fetch its letters */
export async function savePng(
  room: HTMLElement,
  config: RunConfig,
  sheet: ChartSheet,
): Promise<void> {
  const picture = pictureOf(room, sheet, runInWords(config));
  const { width, height } = picture.viewBox.baseVal;
  // An SVG drawn as an image sees no fonts of the page: it brings its own.
  const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
  style.textContent = `@font-face{font-family:"Inter Variable";font-weight:100 900;src:url(${await dataAddress(font)})}`;
  picture.prepend(style);
  const text = new XMLSerializer().serializeToString(picture);
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * SCALE;
    canvas.height = height * SCALE;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (!png) throw new Error("the browser gave no picture");
    saveFile(png, fileName(sheet, config, "png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** "latent-loom-loss-loom-64-seed3.png" */
function fileName(
  { name }: Pick<ChartSheet, "name">,
  { preset, latentSize, seed }: Pick<RunConfig, "preset" | "latentSize" | "seed">,
  ending: string,
): string {
  return `latent-loom-${name}-${preset}-${latentSize}-seed${seed}.${ending}`;
}

async function dataAddress(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the letters cannot be fetched (${answer.status})`);
  const blob = await answer.blob();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
