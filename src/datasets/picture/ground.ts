/** What a garment lies on: a ground whose light may be uneven, as a smooth surface. */

import { cholesky, solveLower, solveUpper } from "../../math/cholesky";
import { addScaled, dot } from "../../math/vectors";
import type { Channels } from "./grey";

export interface Ground {
  /** What each channel would show of it at every pixel, were there no garment. */
  readonly channels: Channels;
  /** Standard deviation of its pixels from that. */
  readonly noise: number;
}

/** What differs from the ground by less is ground: 5% of the range, as for Fashion-MNIST itself. */
export const TOLERANCE = 0.05 * 255;

/** Samples along the longer side: one every 8 pixels of 512. */
const SAMPLES = 64;
/** Pixels of the shorter side that each degree of the surface takes. */
const PIXELS_A_DEGREE = 8;
/** What the edge alone can tell: of the fourth degree there is a surface that is 0 all along it. */
const EDGE_DEGREE = 2;
/** A lens's vignette takes 2, light that falls off to a quarter in the corners 4, a lamp's circle 6. */
const DEGREES = [2, 3, 4, 6] as const;
const MOST_DEGREE = 6;
const ROUNDS = 12;
/** Of Tukey's biweight: 95% as efficient as least squares where nothing is out of line. */
const BIWEIGHT = 4.685;
/** From a median absolute deviation to a standard deviation. */
const DEVIATION = 1.4826;
/** A share of the equations' weights: it settles what the samples leave open. */
const PENALTY = 1e-5;

/**
 * The surface through what touches the picture's edge, and through what is like it further in.
 *
 * First along the edge, by a constant, then a plane, then a curved one, each with a biweight
 * (Beaton and Tukey 1974) that leaves out garments that reach the edge. Then from the edge inwards
 * as far as the surface holds, again and again, of higher degrees where they explain more of the
 * edge.
 * @param blurred the same channels, so that noise moves nothing
 */
export function groundOf(channels: Channels, blurred: Channels, width: number): Ground {
  const height = channels[0]!.length / width;
  const samples = takeSamples(blurred, width, height);
  const most = Math.floor(Math.min(width, height) / PIXELS_A_DEGREE);
  let surface = alongEdge(samples, Math.min(most, EDGE_DEGREE));
  let ground = grow(samples, surface);
  for (const degree of DEGREES) {
    if (degree > most) break;
    const next = inwards(samples, ground, degree);
    // A higher degree has to explain more of the edge, or the lower one stands.
    const isBetter = edgeCount(samples, next.ground) > edgeCount(samples, ground);
    if (degree <= EDGE_DEGREE || isBetter) ({ surface, ground } = next);
  }
  const drawn = surface.map((channel) => draw(channel, width, height));
  return { channels: drawn, noise: noiseOf(channels, drawn, samples, ground) };
}

/** A ground that shows the same everywhere. */
export function flatGround(channels: Channels, grey: number): Ground {
  return {
    channels: channels.map((values) => new Float32Array(values.length).fill(grey)),
    noise: 0,
  };
}

export function differencesFrom(channels: Channels, ground: Ground): Channels {
  return channels.map((values, c) => {
    const own = ground.channels[c]!;
    return values.map((value, at) => value - own[at]!);
  });
}

/** A grid of pixels, the outermost among them. */
interface Samples {
  readonly across: number;
  /** Where they are in the picture. */
  readonly at: readonly number[];
  /** Those of the picture's outermost pixels. */
  readonly edge: readonly number[];
  /** Of each channel. */
  readonly values: readonly Float64Array[];
  /** All of TERMS for each sample. */
  readonly basis: Float64Array;
}

/** Coefficients of TERMS, as many as its degree has, for each channel. */
type Surface = readonly Float64Array[];

/** Products of Chebyshev polynomials Tᵢ(x) Tⱼ(y), those of lower degree i + j first. */
const TERMS = Array.from({ length: MOST_DEGREE + 1 }, (_, degree) =>
  Array.from({ length: degree + 1 }, (_, j) => [degree - j, j] as const),
).flat();

const termsOf = (degree: number): number => ((degree + 1) * (degree + 2)) / 2;

function takeSamples(channels: Channels, width: number, height: number): Samples {
  const columns = spread(width, Math.max(width, height));
  const rows = spread(height, Math.max(width, height));
  const at = rows.flatMap((y) => columns.map((x) => y * width + x));
  const tx = columns.map((x) => chebyshev(x, width));
  const ty = rows.map((y) => chebyshev(y, height));
  const edge: number[] = [];
  const basis = new Float64Array(at.length * TERMS.length);
  for (let n = 0; n < at.length; n++) {
    const column = n % columns.length;
    const row = (n - column) / columns.length;
    const isOutermost =
      column === 0 || row === 0 || column === columns.length - 1 || row === rows.length - 1;
    if (isOutermost) edge.push(n);
    for (const [t, [i, j]] of TERMS.entries()) {
      basis[n * TERMS.length + t] = tx[column]![i]! * ty[row]![j]!;
    }
  }
  const values = channels.map((plane) => Float64Array.from(at, (pixel) => plane[pixel]!));
  return { across: columns.length, at, edge, values, basis };
}

/** Pixels along a side, the first and the last among them. */
function spread(length: number, longer: number): number[] {
  const count = Math.min(length, Math.max(2, Math.round((SAMPLES * length) / longer)));
  return Array.from({ length: count }, (_, i) =>
    Math.round((i * (length - 1)) / Math.max(1, count - 1)),
  );
}

/** The surface along the picture's edge, whatever touches that. */
function alongEdge(samples: Samples, most: number): Surface {
  const { edge, values } = samples;
  let surface: Surface = values.map((own) => Float64Array.of(median(edge.map((n) => own[n]!))));
  const weights = new Float64Array(samples.at.length);
  for (let degree = 0; degree <= most; degree++) {
    for (let round = 0; round < ROUNDS; round++) {
      const off = edge.map((n) => distance(samples, surface, n));
      const least = BIWEIGHT * Math.max(1, DEVIATION * median(off));
      for (const [i, n] of edge.entries()) {
        weights[n] = off[i]! < least ? (1 - (off[i]! / least) ** 2) ** 2 : 0;
      }
      surface = leastSquares(samples, weights, degree);
    }
  }
  return surface;
}

/** The surface through a ground, and how far it holds, until both stay as they are. */
function inwards(
  samples: Samples,
  from: Uint8Array,
  degree: number,
): { surface: Surface; ground: Uint8Array } {
  let ground = from;
  for (let round = 1; ; round++) {
    const surface = leastSquares(samples, ground, degree);
    const before = ground;
    ground = grow(samples, surface);
    if (round === ROUNDS || ground.every((own, n) => own === before[n])) return { surface, ground };
  }
}

/** 1 for the samples that hang together with the edge through others as near to the surface. */
function grow(samples: Samples, surface: Surface): Uint8Array {
  const { across, edge, at } = samples;
  const ground = new Uint8Array(at.length);
  const seen = new Uint8Array(at.length);
  const open: number[] = [];
  const visit = (n: number) => {
    if (seen[n]! > 0) return;
    seen[n] = 1;
    if (distance(samples, surface, n) > TOLERANCE) return;
    ground[n] = 1;
    open.push(n);
  };
  for (const n of edge) visit(n);
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    if (n % across > 0) visit(n - 1);
    if (n % across < across - 1) visit(n + 1);
    if (n >= across) visit(n - across);
    if (n + across < at.length) visit(n + across);
  }
  return ground;
}

const edgeCount = ({ edge }: Samples, ground: Uint8Array): number =>
  edge.filter((n) => ground[n]! > 0).length;

function leastSquares(
  { values, basis }: Samples,
  weights: ArrayLike<number>,
  degree: number,
): Surface {
  const size = termsOf(degree);
  const matrix = new Float64Array(size * size);
  const right = values.map(() => new Float64Array(size));
  let total = 0;
  for (let n = 0; n < weights.length; n++) {
    const weight = weights[n]!;
    if (weight === 0) continue;
    total += weight;
    const from = n * TERMS.length;
    for (let t = 0; t < size; t++) {
      addScaled(matrix, t * size, weight * basis[from + t]!, basis, from, t + 1);
    }
    for (let c = 0; c < right.length; c++) {
      addScaled(right[c]!, 0, weight * values[c]![n]!, basis, from, size);
    }
  }
  // The constant is settled by any sample.
  for (let t = 1; t < size; t++) matrix[t * size + t] = matrix[t * size + t]! + PENALTY * total;
  const factor = cholesky(matrix, size);
  return right.map((sums) => solveUpper(factor, size, size, solveLower(factor, size, sums)));
}

/** How far a sample is from the surface: the root mean square over the channels. */
function distance({ values, basis }: Samples, surface: Surface, n: number): number {
  let squares = 0;
  for (let c = 0; c < surface.length; c++) {
    const channel = surface[c]!;
    squares += (values[c]![n]! - dot(channel, 0, basis, n * TERMS.length, channel.length)) ** 2;
  }
  return Math.sqrt(squares / surface.length);
}

/** The surface of one channel at every pixel. */
function draw(channel: Float64Array, width: number, height: number): Float32Array {
  const columns = Array.from({ length: width }, (_, x) => chebyshev(x, width));
  const plane = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const down = chebyshev(y, height);
    const along = new Float64Array(MOST_DEGREE + 1);
    for (const [t, own] of channel.entries()) {
      const [i, j] = TERMS[t]!;
      along[i] = along[i]! + own * down[j]!;
    }
    for (let x = 0; x < width; x++) {
      const value = dot(along, 0, columns[x]!, 0, along.length);
      plane[y * width + x] = Math.min(255, Math.max(0, value));
    }
  }
  return plane;
}

/** T₀ to T₆ at a pixel, by their recurrence, from −1 at the first pixel to 1 at the last. */
function chebyshev(at: number, length: number): Float64Array {
  const x = length === 1 ? 0 : (2 * at) / (length - 1) - 1;
  const values = new Float64Array(MOST_DEGREE + 1);
  values[0] = 1;
  values[1] = x;
  for (let i = 2; i <= MOST_DEGREE; i++) values[i] = 2 * x * values[i - 1]! - values[i - 2]!;
  return values;
}

function noiseOf(channels: Channels, drawn: Channels, { at }: Samples, ground: Uint8Array): number {
  const off: number[] = [];
  for (const [n, pixel] of at.entries()) {
    if (ground[n] === 0) continue;
    let squares = 0;
    for (let c = 0; c < drawn.length; c++)
      squares += (channels[c]![pixel]! - drawn[c]![pixel]!) ** 2;
    off.push(Math.sqrt(squares / drawn.length));
  }
  return DEVIATION * median(off);
}

function median(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1] ?? 0;
}
