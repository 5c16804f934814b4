/** Threads through the net's figure, one for each row of pixels, and its skips: SVG paths. */

import type { Box, FigureLayout } from "./geometry";
import type { HalfNet, Skip, SkipEnd } from "./stages";

export interface Thread {
  /** Of pixels, 0 at the top. */
  readonly row: number;
  readonly d: string;
}

/** Width over which threads rise to the band above the stages, where there is that much. */
const RISE = { least: 24, most: 90 };
/** How far a plain skip hangs below the stages that it joins. */
const SAG = 26;
/** Every so many threads one leaves the band for a stage under it. */
const EVERY = 4;

const upTo = (rows: number): number[] => Array.from({ length: rows }, (_, row) => row);

/** Height of a row's thread at a part. */
const heightAt = (box: Pick<Box, "y" | "height">, row: number, rows: number): number =>
  box.y + ((row + 0.5) / rows) * box.height;

const p = (value: number): string => value.toFixed(1);

/** A Bézier curve from the pen's place to another, horizontal at both ends. */
const curve = (fromX: number, fromY: number, x: number, y: number): string => {
  const half = p((fromX + x) / 2);
  return `C${half} ${p(fromY)} ${half} ${p(y)} ${p(x)} ${p(y)}`;
};

/** From the first part through every other, at the same relative height; straight behind them. */
export function threadPaths(boxes: readonly Box[], rows: number): Thread[] {
  return upTo(rows).map((row) => {
    const d = boxes
      .map((box, i) => {
        const y = heightAt(box, row, rows);
        const previous = boxes[i - 1];
        if (!previous) return `M${p(box.x + box.width)} ${p(y)}`;
        const path = curve(previous.x + previous.width, heightAt(previous, row, rows), box.x, y);
        return i === boxes.length - 1 ? path : `${path}H${p(box.x + box.width)}`;
      })
      .join("");
    return { row, d };
  });
}

/** Parts of one half of the figure. */
interface Half {
  readonly start: Box;
  readonly stages: readonly Box[];
  readonly end: Box;
  /** Of pixels: each has a thread. */
  readonly rows: number;
}

export const encoderHalf = ({ garment, encoder, latent, rows }: FigureLayout): Half => ({
  start: garment,
  stages: encoder,
  end: latent,
  rows,
});

export const decoderHalf = ({ latent, decoder, reconstruction, rows }: FigureLayout): Half => ({
  start: latent,
  stages: decoder,
  end: reconstruction,
  rows,
});

/** Threads that pass above all stages, from the half's start to its end; none without such a skip. */
export function bandThreads({ skips }: HalfNet, half: Half, band: FigureLayout["band"]): Thread[] {
  const { start, stages, end, rows } = half;
  const passes = skips.some(({ from, to }) => from === "start" && to === "end");
  if (!passes || stages.length === 0) return [];
  const left = start.x + start.width;
  const rise = (space: number) => Math.min(RISE.most, Math.max(RISE.least, space));
  const up = rise((stages[0]?.x ?? end.x) - left);
  const last = stages.at(-1) ?? start;
  const down = rise(end.x - last.x - last.width);
  return upTo(rows).map((row) => {
    const y = heightAt(band, row, rows);
    const from = heightAt(start, row, rows);
    const rising = `M${p(left)} ${p(from)}${curve(left, from, left + up, y)}`;
    const falling = curve(end.x - down, y, end.x, heightAt(end, row, rows));
    return { row, d: `${rising}H${p(end.x - down)}${falling}` };
  });
}

/** Skips as single lines: from the band down to a stage, and in a bow under the stages between. */
export function skipPaths({ skips }: HalfNet, half: Half, band: FigureLayout["band"]): string[] {
  const boxOf = (end: SkipEnd): Box =>
    end === "start" ? half.start : end === "end" ? half.end : half.stages[end]!;
  const passes = ({ from, to }: Skip) => from === "start" && to === "end";
  const hasBand = skips.some(passes);
  return skips.flatMap((skip) => {
    const { from, to } = skip;
    if (half.stages.length === 0 || passes(skip)) return [];
    return from === "start" && hasBand
      ? drops(half, boxOf(to), band)
      : [bow(boxOf(from), boxOf(to))];
  });
}

function drops({ start, rows }: Half, stage: Box, band: FigureLayout["band"]): string[] {
  const left = start.x + start.width;
  const every = upTo(rows).filter((row) => row % EVERY === 0);
  return every.map((row) => {
    const y = heightAt(band, row, rows);
    const x = stage.x + ((row + 0.5) / rows) * stage.width;
    const turn = Math.max(left, x - 28);
    return `M${p(turn)} ${p(y)}C${p(x)} ${p(y)} ${p(x)} ${p(y)} ${p(x)} ${p(stage.y - 2)}`;
  });
}

function bow(from: Box, to: Box): string {
  const x1 = from.x + from.width / 2;
  const x2 = to.x + to.width / 2;
  const y1 = from.y + from.height + 4;
  const y2 = to.y + to.height + 4;
  const low = Math.max(y1, y2) + SAG;
  return `M${p(x1)} ${p(y1)}C${p(x1)} ${p(low)} ${p(x2)} ${p(low)} ${p(x2)} ${p(y2)}`;
}
