/** The windows and constants by which SSIM is taken: see ssim.ts for the formula. */

/** Pixels along a side of the uniform windows: images that are smaller have no SSIM. */
export const UNIFORM_SIDE = 7;

/** Pixels along a side of Wang et al.'s windows; of smaller images it is the largest odd number that fits. */
const GAUSSIAN_SIDE = 11;

/** A window that slides over both images, and the constants of the formula. */
export interface SsimProtocol {
  /** Weights of a window's rows, and of its columns: symmetric, and of sum 1. */
  readonly taps: readonly number[];
  /** What sums of products are multiplied by: 1, or n / (n − 1) for sample covariance. */
  readonly covarianceFactor: number;
  readonly c1: number;
  readonly c2: number;
}

/** Symmetric taps, σ 1.5, that sum to 1. */
function gaussianTaps(side: number): readonly number[] {
  const half = Array.from({ length: (side + 1) / 2 }, (_, distance) =>
    Math.exp(-(distance ** 2) / (2 * 1.5 ** 2)),
  );
  const sum = half.reduce((total, tap, distance) => total + (distance === 0 ? tap : 2 * tap), 0);
  const taps = half.map((tap) => tap / sum);
  return [...taps.slice(1).reverse(), ...taps];
}

function gaussian(side: number): SsimProtocol {
  return { taps: gaussianTaps(side), covarianceFactor: 1, c1: 0.01 ** 2, c2: 0.03 ** 2 };
}

function uniform(range: number): SsimProtocol {
  const windowPixels = UNIFORM_SIDE ** 2;
  return {
    taps: Array.from({ length: UNIFORM_SIDE }, () => 1 / UNIFORM_SIDE),
    covarianceFactor: windowPixels / (windowPixels - 1),
    c1: (0.01 * range) ** 2,
    c2: (0.03 * range) ** 2,
  };
}

/**
 * - `gaussian`: Wang et al. 2004, Gaussian 11 × 11, σ 1.5, population covariance, range 1; where a side
 *   is under 11 pixels 9 × 9 or 7 × 7.
 * - `uniform`: uniform 7 × 7, sample covariance, range 1.
 * - `writeup`: the write-up's, uniform 7 × 7, sample covariance, range 2.
 */
export type SsimName = "gaussian" | "uniform" | "writeup";

const UNIFORM = uniform(1);
const WRITEUP = uniform(2);
const GAUSSIANS: ReadonlyMap<number, SsimProtocol> = new Map(
  [UNIFORM_SIDE, 9, GAUSSIAN_SIDE].map((side) => [side, gaussian(side)]),
);

interface Sides {
  readonly height: number;
  readonly width: number;
}

/** Whether images of those sides have an SSIM: by every protocol, or by none. */
export function hasSsim({ height, width }: Sides): boolean {
  return Math.min(height, width) >= UNIFORM_SIDE;
}

/** Pixels along a side of a protocol's windows in images that have an SSIM. */
export function ssimSide(name: SsimName, { height, width }: Sides): number {
  if (name !== "gaussian") return UNIFORM_SIDE;
  const least = Math.min(height, width);
  return Math.min(GAUSSIAN_SIDE, least - 1 + (least % 2));
}

/**
 * A protocol for images of those sides.
 *
 * @throws RangeError where they have no SSIM
 */
export function ssimProtocol(name: SsimName, sides: Sides): SsimProtocol {
  if (!hasSsim(sides)) {
    throw new RangeError(
      `SSIM's smallest window has ${UNIFORM_SIDE} × ${UNIFORM_SIDE} pixels, the images ${sides.height} × ${sides.width}.`,
    );
  }
  if (name === "uniform") return UNIFORM;
  return name === "writeup" ? WRITEUP : GAUSSIANS.get(ssimSide(name, sides))!;
}
