/** Where the parts of the net's figure stand: pure arithmetic, in CSS pixels. */

import type { ImageShape } from "../../../../math/image-set";
import { fittingScale } from "../../../pictures/draw";
import type { HalfNet, NetDrawing, Stage } from "./stages";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Tile {
  readonly width: number;
  readonly height: number;
}

export interface StageBox extends Box {
  readonly stage: Stage;
  /** One feature map, and the space between two. */
  readonly tile: Tile;
  readonly gap: number;
}

export interface FigureLayout {
  readonly width: number;
  readonly height: number;
  /** CSS pixels for one pixel of an image. */
  readonly scale: number;
  /** Of pixels in an image: each has a thread. */
  readonly rows: number;
  readonly garment: Box;
  readonly encoder: readonly StageBox[];
  readonly latent: Box;
  readonly decoder: readonly StageBox[];
  readonly reconstruction: Box;
  readonly error: Box;
  /** Middle of the threads that pass above all stages, and how far apart they lie in all. */
  readonly band: { readonly y: number; readonly height: number };
  /** Baseline of the captions under the parts. */
  readonly captionY: number;
  /** There is room for stages, and for their captions. */
  readonly hasStages: boolean;
  readonly hasStageCaptions: boolean;
}

/** Maps stand in columns of 8, the height of a stage: its area goes with the numbers it holds. */
const MAP_ROWS = 8;
/** Least width for the stages to be drawn; below it the figure keeps images and latent vector. */
const WITH_STAGES = 660;
/** Least width of the caption "14×14×64", of that under the latent vector, and between two parts. */
const CAPTION = 55;
const LATENT_CAPTION = 80;
const LEAST_GAP = 4;
/** Threads need that much between the maps of two stages. */
const THREADS = 12;
/** Share of the free width where threads part for the band above the stages; 1 elsewhere. */
const FORK = 2.2;
/** The error stands close to the reconstruction that it belongs to. */
const ERROR_GAP = 0.6;
/** Beside a picture: its frame, and a caption that is wider than it. */
const PICTURE_MARGIN = 8;
/** Least longer side of a map as large as the image. */
const LEAST_TILE = 4;
const TOP = 30;
const CAPTIONS = 46;
const BAND = { top: 40, height: 22, clearance: 12 };

interface Sizes {
  /** Room for an image: 28 times a whole number. */
  readonly picture: number;
  /** Longer side of the largest map, one as large as the image; nets of many stages have smaller ones. */
  readonly tile: number;
  readonly latentWidth: number;
}

function sizesFor(width: number): Sizes {
  if (width >= 1640) return { picture: 196, tile: 38, latentWidth: 42 };
  if (width >= 1240) return { picture: 140, tile: 27, latentWidth: 30 };
  if (width >= 940) return { picture: 112, tile: 22, latentWidth: 28 };
  if (width >= WITH_STAGES) return { picture: 84, tile: 16, latentWidth: 22 };
  return { picture: width >= 420 ? 112 : 84, tile: 16, latentWidth: 24 };
}

const gapFor = (tile: number): number => (tile >= 10 ? 3 : tile >= 6 ? 2 : 1);
const span = (tile: number, count: number, gap = gapFor(tile)): number =>
  tile * count + gap * (count - 1);

/** Size of a stage, and of its maps: pixels of a map take `pixel`, in part. */
function stageSize({ width, height, maps }: Stage, pixel: number) {
  const tile = { width: Math.max(1.5, pixel * width), height: Math.max(1.5, pixel * height) };
  const rows = Math.min(MAP_ROWS, maps);
  const gap = gapFor(Math.max(tile.width, tile.height));
  return {
    tile,
    gap,
    width: span(tile.width, Math.ceil(maps / MAP_ROWS), gap),
    height: span(tile.height, rows, gap),
  };
}

/** Height of the latent column: grows with the logarithm of the size, up to 512. */
export function latentHeight(latentSize: number, most: number): number {
  const least = 10;
  return Math.round(least + Math.min(1, Math.log2(latentSize) / 9) * (most - least));
}

const bypasses = ({ skips }: HalfNet): boolean => skips.some(({ from }) => from === "start");

/** Width that a stage takes up with its caption, or with the threads beside it. */
const slotWidth = (stage: Stage, pixel: number, caption: number): number =>
  Math.max(caption, stageSize(stage, pixel).width + THREADS);

interface StageRoom {
  /** Width for all stages and the latent vector, and height for each stage. */
  readonly room: number;
  readonly height: number;
  /** Largest longer side of a map as large as the image, which is so many pixels long. */
  readonly tile: number;
  readonly longer: number;
  readonly latentWidth: number;
}

/** The largest pixels with which all stages fit: with captions, or else without. */
function scaleStages(stages: readonly Stage[], stageRoom: StageRoom) {
  const { room, height, tile, longer, latentWidth } = stageRoom;
  const isFitting = (pixel: number, caption: number) => {
    const latent = caption > 0 ? LATENT_CAPTION : latentWidth;
    const width = stages.reduce((sum, stage) => sum + slotWidth(stage, pixel, caption), latent);
    return width <= room && stages.every((stage) => stageSize(stage, pixel).height <= height);
  };
  for (const caption of [CAPTION, 0]) {
    for (let full = tile; full >= LEAST_TILE; full -= 0.5) {
      if (isFitting(full / longer, caption)) return { pixel: full / longer, caption };
    }
  }
  return { pixel: LEAST_TILE / longer, caption: 0 };
}

/** Places everything from left to right over the whole `width`; without a net, no stages. */
export function layoutFigure(
  width: number,
  latentSize: number,
  net: NetDrawing | null,
  shape: ImageShape,
): FigureLayout {
  const { picture, tile, latentWidth } = sizesFor(width);
  const scale = fittingScale(shape, picture);
  const withStages = width >= WITH_STAGES;
  const shown = withStages ? net : null;
  const image = { width: shape.width * scale, height: shape.height * scale };
  // Of the baseline's largest stage, whatever the net: nothing moves when another is chosen.
  const tall = withStages ? span(tile, MAP_ROWS) : picture + 24;
  const top = withStages ? TOP : 16;
  const middle = top + tall / 2;
  const mostLatent = withStages ? span(tile / 2, MAP_ROWS) : picture + 20;
  const encoder = shown?.encoder.stages ?? [];
  const decoder = shown?.decoder.stages ?? [];

  const hasBand = shown !== null && (bypasses(shown.encoder) || bypasses(shown.decoder));
  const mostHeight = hasBand ? 2 * (middle - BAND.top - BAND.height - BAND.clearance) : tall;
  const stages = [...encoder, ...decoder];
  const margin = withStages ? PICTURE_MARGIN : 0;
  const pictures = 3 * image.width + 3 * margin;
  const room = width - pictures - (stages.length + 3) * LEAST_GAP;
  const { pixel, caption } = scaleStages(stages, {
    room,
    height: mostHeight,
    tile,
    longer: Math.max(shape.width, shape.height),
    latentWidth,
  });
  const slots = [
    image.width + margin,
    ...encoder.map((stage) => slotWidth(stage, pixel, caption)),
    withStages && caption > 0 ? LATENT_CAPTION : latentWidth,
    ...decoder.map((stage) => slotWidth(stage, pixel, caption)),
    image.width + 2 * margin,
    image.width + margin,
  ];
  const latentPlace = encoder.length + 1;
  const spaces = slots.slice(1).map((_, i) => {
    if (i === slots.length - 2) return ERROR_GAP;
    const half = i < latentPlace ? shown?.encoder : shown?.decoder;
    const isEnd = [0, latentPlace - 1, latentPlace, slots.length - 3].includes(i);
    return half && isEnd && bypasses(half) ? FORK : 1;
  });
  const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0);
  const unit = Math.max(0, width + margin - sum(slots)) / sum(spaces);

  // The outer margins of the outer pictures lie outside.
  let x = -margin / 2;
  let placed = 0;
  const place = (w: number, h: number): Box => {
    const slot = slots[placed] ?? w;
    const box = {
      x: Math.round(x + (slot - w) / 2),
      y: Math.round(middle - h / 2),
      width: w,
      height: h,
    };
    x += slot + (spaces[placed] ?? 0) * unit;
    placed += 1;
    return box;
  };
  const placeStage = (stage: Stage): StageBox => {
    const { tile, gap, width: w, height: h } = stageSize(stage, pixel);
    return { ...place(w, h), stage, tile, gap };
  };

  return {
    width,
    height: top + tall + CAPTIONS,
    scale,
    rows: shape.height,
    garment: place(image.width, image.height),
    encoder: encoder.map(placeStage),
    latent: place(latentWidth, latentHeight(latentSize, mostLatent)),
    decoder: decoder.map(placeStage),
    reconstruction: place(image.width, image.height),
    error: place(image.width, image.height),
    band: { y: BAND.top, height: BAND.height },
    captionY: top + tall + 22,
    hasStages: withStages,
    hasStageCaptions: withStages && caption > 0,
  };
}

/** Equal cells in columns, filled from the top left. */
export interface Cells {
  readonly rows: number;
  readonly pitchX: number;
  readonly pitchY: number;
  readonly width: number;
  readonly height: number;
  /** From a cell's left and upper edge to what it shows. */
  readonly margin: number;
}

/** Cells of the latent column, exactly as many as there are numbers. */
export function latentGrid(box: Box, latentSize: number): Cells {
  const columns = Math.max(
    1,
    Math.round(box.width / Math.sqrt((box.width * box.height) / latentSize)),
  );
  const rows = Math.ceil(latentSize / columns);
  const pitchX = box.width / columns;
  const pitchY = box.height / rows;
  const margin = Math.min(1, pitchX * 0.14, pitchY * 0.14);
  const [width, height] = [pitchX - 2 * margin, pitchY - 2 * margin];
  return { rows, pitchX, pitchY, width, height, margin };
}

/** Cells of a stage's maps, column by column. */
export function mapGrid({ tile, gap }: StageBox): Cells {
  const { width, height } = tile;
  const rows = MAP_ROWS;
  return { rows, pitchX: width + gap, pitchY: height + gap, width, height, margin: 0 };
}

/** Upper left corner of a cell, within its box. */
export function cellAt({ rows, pitchX, pitchY, margin }: Cells, i: number): [number, number] {
  return [Math.floor(i / rows) * pitchX + margin, (i % rows) * pitchY + margin];
}

/** The cell that a point within its box is in, or next to. */
export function cellIn({ rows, pitchX, pitchY }: Cells, x: number, y: number): number {
  const row = Math.min(rows - 1, Math.max(0, Math.floor(y / pitchY)));
  return Math.floor(x / pitchX) * rows + row;
}

/** So many cells as one path. */
export function cellPath(box: Box, cells: Cells, count: number): string {
  const width = cells.width.toFixed(2);
  const height = cells.height.toFixed(2);
  return Array.from({ length: count }, (_, i) => {
    const [x, y] = cellAt(cells, i);
    const from = `${(box.x + x).toFixed(2)} ${(box.y + y).toFixed(2)}`;
    return `M${from}h${width}v${height}h-${width}z`;
  }).join("");
}
