/**
 * Structural similarity (SSIM) of two 28 × 28 images, under two protocols.
 *
 * Both compare means μ, variances σ² and the covariance of matching windows:
 * SSIM = (2 μx μy + C1)(2 σxy + C2) / ((μx² + μy² + C1)(σx² + σy² + C2)), C1 = (0.01 L)²,
 * C2 = (0.03 L)², averaged over all windows that lie inside the images (Wang, Bovik, Sheikh and
 * Simoncelli 2004). The formula needs σx² and σy² only as a sum, so four filtered images are
 * enough: x, y, x² + y² and xy. Both filters are separable: a pass down the columns, then one
 * along the rows.
 */

import { IMAGE_PIXELS, IMAGE_SIDE } from "./config";
import { SSIM_GAUSSIAN, SSIM_WRITEUP, type SsimProtocol, UNIFORM_SIDE } from "./ssim-protocols";

/** Half of the symmetric 11 taps: the centre first. */
const GAUSSIAN = SSIM_GAUSSIAN.taps.slice(5);

/** The four images before filtering, and after the pass down the columns; reused by every call. */
const planes = Array.from({ length: 4 }, () => new Float64Array(IMAGE_PIXELS));
const columns = Array.from({ length: 4 }, () => new Float64Array(IMAGE_PIXELS));
const rows = Array.from({ length: 4 }, () => new Float64Array(IMAGE_SIDE));

/**
 * Wang's SSIM: Gaussian 11 × 11 window, σ 1.5, population covariance, range L = 1.
 *
 * @param x,y pixels in [0, 1], row by row; 784 of them from the offset on
 * @returns −1 to 1, and 1 for equal images; NaN where a pixel is
 * @throws RangeError when there are fewer than 784 pixels
 */
export function ssimWang(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  xOffset = 0,
  yOffset = 0,
): number {
  fillPlanes(x, y, xOffset, yOffset);
  return meanSsim(SSIM_GAUSSIAN, filterGaussian);
}

/**
 * The write-up's SSIM: uniform 7 × 7 window, sample covariance, range L = 2. It flatters.
 *
 * It is what scikit-image computes for float images when `data_range` is not given.
 * @param x,y pixels in [0, 1], row by row; 784 of them from the offset on
 * @returns −1 to 1, and 1 for equal images; NaN where a pixel is
 * @throws RangeError when there are fewer than 784 pixels
 */
export function ssimWriteup(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  xOffset = 0,
  yOffset = 0,
): number {
  fillPlanes(x, y, xOffset, yOffset);
  return meanSsim(SSIM_WRITEUP, filterUniform);
}

/** SSIM of every window that lies inside the images, of which the figure is the mean. */
export interface SsimMap {
  /** Windows along a side: 18 of Wang's, 22 of the write-up's; window i begins at pixel i. */
  readonly side: number;
  /** side × side, row by row. */
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
  xOffset = 0,
  yOffset = 0,
): SsimMap {
  fillPlanes(x, y, xOffset, yOffset);
  const { taps } = protocol === "ssim" ? SSIM_GAUSSIAN : SSIM_WRITEUP;
  const side = IMAGE_SIDE - taps.length + 1;
  const values = new Float32Array(side * side);
  if (protocol === "ssim") meanSsim(SSIM_GAUSSIAN, filterGaussian, values);
  else meanSsim(SSIM_WRITEUP, filterUniform, values);
  return { side, values };
}

function fillPlanes(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  xOffset: number,
  yOffset: number,
): void {
  if (
    xOffset < 0 ||
    yOffset < 0 ||
    xOffset + IMAGE_PIXELS > x.length ||
    yOffset + IMAGE_PIXELS > y.length
  ) {
    throw new RangeError(
      `SSIM needs two images of ${IMAGE_PIXELS} pixels: got ${x.length} from ${xOffset} on and ${y.length} from ${yOffset} on.`,
    );
  }
  const [px, py, squares, products] = planes as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let i = 0; i < IMAGE_PIXELS; i++) {
    const a = x[xOffset + i]!;
    const b = y[yOffset + i]!;
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

const filterGaussian: LineFilter = (source, from, stride, out, to, outStride, count) => {
  const [g0, g1, g2, g3, g4, g5] = GAUSSIAN as [number, number, number, number, number, number];
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

/** @param map takes every window's value, where it is given */
function meanSsim(protocol: SsimProtocol, filter: LineFilter, map?: Float32Array): number {
  const { taps, covarianceFactor, c1, c2 } = protocol;
  const count = IMAGE_SIDE - taps.length + 1;
  for (let plane = 0; plane < 4; plane++) {
    for (let column = 0; column < IMAGE_SIDE; column++) {
      filter(planes[plane]!, column, IMAGE_SIDE, columns[plane]!, column, IMAGE_SIDE, count);
    }
  }
  const [meanX, meanY, meanSquares, meanProducts] = rows as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let total = 0;
  for (let row = 0; row < count; row++) {
    for (let plane = 0; plane < 4; plane++) {
      filter(columns[plane]!, row * IMAGE_SIDE, 1, rows[plane]!, 0, 1, count);
    }
    for (let j = 0; j < count; j++) {
      const ux = meanX[j]!;
      const uy = meanY[j]!;
      const uxy = ux * uy;
      const uSquares = ux * ux + uy * uy;
      const covariance = covarianceFactor * (meanProducts[j]! - uxy);
      const variances = covarianceFactor * (meanSquares[j]! - uSquares);
      const value = ((2 * uxy + c1) * (2 * covariance + c2)) / ((uSquares + c1) * (variances + c2));
      total += value;
      if (map) map[row * count + j] = value;
    }
  }
  return total / (count * count);
}
