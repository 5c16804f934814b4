/**
 * Structural similarity (SSIM) of two images, under two protocols; of several channels the mean.
 *
 * Both compare means μ, variances σ² and the covariance of matching windows:
 * SSIM = (2 μx μy + C1)(2 σxy + C2) / ((μx² + μy² + C1)(σx² + σy² + C2)), C1 = (0.01 L)²,
 * C2 = (0.03 L)², averaged over all windows that lie inside the images (Wang, Bovik, Sheikh and
 * Simoncelli 2004). The formula needs σx² and σy² only as a sum, so four filtered images are
 * enough: x, y, x² + y² and xy. Both filters are separable: a pass down the columns, then one
 * along the rows.
 */

import { type ImageShape, sizeOf } from "../math/image-set";
import { type SsimName, ssimProtocol, ssimSide, UNIFORM_SIDE } from "./ssim-protocols";

type Four = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

const four = (length: number): Four => [
  new Float64Array(length),
  new Float64Array(length),
  new Float64Array(length),
  new Float64Array(length),
];

/** What a call works in; the next call for images of that size works in the same. */
class Room {
  readonly height: number;
  readonly width: number;
  /** One channel of both images, the sum of their squares and their product. */
  readonly planes: Four;
  /** The same after the pass down the columns. */
  readonly columns: Four;
  /** One line of them after the pass along the rows. */
  readonly rows: Four;

  constructor(height: number, width: number) {
    this.height = height;
    this.width = width;
    this.planes = four(height * width);
    this.columns = four(height * width);
    this.rows = four(width);
  }
}

let lastRoom = new Room(0, 0);

function roomFor({ height, width }: ImageShape): Room {
  if (lastRoom.height !== height || lastRoom.width !== width) lastRoom = new Room(height, width);
  return lastRoom;
}

/**
 * Wang's SSIM: Gaussian 11 × 11 window, σ 1.5, population covariance, range L = 1; where a side is
 * under 11 pixels, the window is the largest odd one that fits.
 *
 * @param x,y numbers in [0, 1], row by row, a pixel's channels side by side; one image from the offset on
 * @returns −1 to 1, and 1 for equal images; NaN where a pixel is
 * @throws RangeError when there are fewer numbers than that, or a side is under 7 pixels
 */
export function ssimWang(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  shape: ImageShape,
  xOffset = 0,
  yOffset = 0,
): number {
  return meanSsim("gaussian", shape, { x, y, xOffset, yOffset });
}

/**
 * The write-up's SSIM: uniform 7 × 7 window, sample covariance, range L = 2. It flatters.
 *
 * It is what scikit-image computes for float images when `data_range` is not given.
 * @param x,y numbers in [0, 1], row by row, a pixel's channels side by side; one image from the offset on
 * @returns −1 to 1, and 1 for equal images; NaN where a pixel is
 * @throws RangeError when there are fewer numbers than that, or a side is under 7 pixels
 */
export function ssimWriteup(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  shape: ImageShape,
  xOffset = 0,
  yOffset = 0,
): number {
  return meanSsim("writeup", shape, { x, y, xOffset, yOffset });
}

/** SSIM of every window that lies inside the images, of which the figure is the mean. */
export interface SsimMap {
  /** Windows down and across, 18 of Wang's and 22 of the write-up's of 28 pixels; window i begins at pixel i. */
  readonly height: number;
  readonly width: number;
  /** height × width, row by row; of several channels the mean. */
  readonly values: Float32Array;
}

/**
 * Where two images are alike and where not, under either protocol.
 *
 * Arguments and errors are `ssimWang`'s.
 */
export function ssimMap(
  protocol: "ssim" | "ssimWriteup",
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  shape: ImageShape,
  xOffset = 0,
  yOffset = 0,
): SsimMap {
  const name = protocol === "ssim" ? "gaussian" : "writeup";
  const side = ssimSide(name, shape);
  const height = shape.height - side + 1;
  const width = shape.width - side + 1;
  const values = new Float32Array(Math.max(0, height) * Math.max(0, width));
  meanSsim(name, shape, { x, y, xOffset, yOffset }, values);
  return { height, width, values };
}

interface Pair {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly xOffset: number;
  readonly yOffset: number;
}

function checkPair({ x, y, xOffset, yOffset }: Pair, shape: ImageShape): void {
  const size = sizeOf(shape);
  if (xOffset < 0 || yOffset < 0 || xOffset + size > x.length || yOffset + size > y.length) {
    throw new RangeError(
      `SSIM needs two images of ${size} numbers: got ${x.length} from ${xOffset} on and ${y.length} from ${yOffset} on.`,
    );
  }
}

function fillPlanes({ planes }: Room, pair: Pair, channel: number, channels: number): void {
  const { x, y, xOffset, yOffset } = pair;
  const [px, py, squares, products] = planes;
  for (let i = 0; i < px.length; i++) {
    const a = x[xOffset + i * channels + channel]!;
    const b = y[yOffset + i * channels + channel]!;
    px[i] = a;
    py[i] = b;
    squares[i] = a * a + b * b;
    products[i] = a * b;
  }
}

/** Writes the filtered line: out[j] for `count` windows, the first starting at `from`. */
type LineFilter = (
  source: Float64Array,
  from: number,
  stride: number,
  out: Float64Array,
  to: number,
  outStride: number,
  count: number,
) => void;

/** A filter of the 11 symmetric taps, of which it is given half: the centre first. */
function filterOf11(half: readonly number[]): LineFilter {
  const [g0, g1, g2, g3, g4, g5] = half as [number, number, number, number, number, number];
  return (source, from, stride, out, to, outStride, count) => {
    for (let j = 0; j < count; j++) {
      const centre = from + (j + 5) * stride;
      out[to + j * outStride] =
        g0 * source[centre]! +
        g1 * (source[centre - stride]! + source[centre + stride]!) +
        g2 * (source[centre - 2 * stride]! + source[centre + 2 * stride]!) +
        g3 * (source[centre - 3 * stride]! + source[centre + 3 * stride]!) +
        g4 * (source[centre - 4 * stride]! + source[centre + 4 * stride]!) +
        g5 * (source[centre - 5 * stride]! + source[centre + 5 * stride]!);
    }
  };
}

/** A filter of as many symmetric taps as there are. */
function filterOf(half: readonly number[]): LineFilter {
  return (source, from, stride, out, to, outStride, count) => {
    for (let j = 0; j < count; j++) {
      const centre = from + (j + half.length - 1) * stride;
      let sum = half[0]! * source[centre]!;
      for (let tap = 1; tap < half.length; tap++) {
        sum += half[tap]! * (source[centre - tap * stride]! + source[centre + tap * stride]!);
      }
      out[to + j * outStride] = sum;
    }
  };
}

const filterUniform: LineFilter = (source, from, stride, out, to, outStride, count) => {
  // Sums are taken afresh for each window rather than updated: 7 additions, and no rounding drifts.
  for (let j = 0; j < count; j++) {
    const first = from + j * stride;
    out[to + j * outStride] =
      (source[first]! +
        source[first + stride]! +
        source[first + 2 * stride]! +
        source[first + 3 * stride]! +
        source[first + 4 * stride]! +
        source[first + 5 * stride]! +
        source[first + 6 * stride]!) /
      UNIFORM_SIDE;
  }
};

/** Kept by the number of taps: a filter that is made anew for each image would be compiled anew. */
const GAUSSIAN_FILTERS = new Map<number, LineFilter>();

function filterFor(name: SsimName, taps: readonly number[]): LineFilter {
  if (name !== "gaussian") return filterUniform;
  const known = GAUSSIAN_FILTERS.get(taps.length);
  if (known) return known;
  const half = taps.slice((taps.length - 1) / 2);
  const filter = half.length === 6 ? filterOf11(half) : filterOf(half);
  GAUSSIAN_FILTERS.set(taps.length, filter);
  return filter;
}

/** @param map takes every window's value, a mean over channels, where it is given: zeros before */
function meanSsim(name: SsimName, shape: ImageShape, pair: Pair, map?: Float32Array): number {
  const { taps, covarianceFactor, c1, c2 } = ssimProtocol(name, shape);
  checkPair(pair, shape);
  const filter = filterFor(name, taps);
  const room = roomFor(shape);
  const { height, width, planes, columns, rows } = room;
  const down = height - taps.length + 1;
  const across = width - taps.length + 1;
  const [meanX, meanY, meanSquares, meanProducts] = rows;
  let total = 0;
  for (let channel = 0; channel < shape.channels; channel++) {
    fillPlanes(room, pair, channel, shape.channels);
    for (let plane = 0; plane < 4; plane++) {
      for (let column = 0; column < width; column++) {
        filter(planes[plane]!, column, width, columns[plane]!, column, width, down);
      }
    }
    for (let row = 0; row < down; row++) {
      for (let plane = 0; plane < 4; plane++) {
        filter(columns[plane]!, row * width, 1, rows[plane]!, 0, 1, across);
      }
      for (let j = 0; j < across; j++) {
        const ux = meanX[j]!;
        const uy = meanY[j]!;
        const uxy = ux * uy;
        const uSquares = ux * ux + uy * uy;
        const covariance = covarianceFactor * (meanProducts[j]! - uxy);
        const variances = covarianceFactor * (meanSquares[j]! - uSquares);
        const value =
          ((2 * uxy + c1) * (2 * covariance + c2)) / ((uSquares + c1) * (variances + c2));
        total += value;
        if (map) map[row * across + j] = map[row * across + j]! + value / shape.channels;
      }
    }
  }
  return total / (down * across * shape.channels);
}
