/** The windows and constants by which SSIM is taken: see ssim.ts for the formula. */

/** Pixels along a side of the uniform windows. */
export const UNIFORM_SIDE = 7;

/** Half of the symmetric 11 taps, σ 1.5, that sum to 1: the centre first. */
const GAUSSIAN = ((): readonly number[] => {
  const half = Array.from({ length: 6 }, (_, distance) =>
    Math.exp(-(distance ** 2) / (2 * 1.5 ** 2)),
  );
  const sum = half.reduce((total, tap, distance) => total + (distance === 0 ? tap : 2 * tap), 0);
  return half.map((tap) => tap / sum);
})();

/** A window that slides over both images, and the constants of the formula. */
export interface SsimProtocol {
  /** Weights of a window's rows, and of its columns: symmetric, and of sum 1. */
  readonly taps: readonly number[];
  /** What sums of products are multiplied by: 1, or n / (n − 1) for sample covariance. */
  readonly covarianceFactor: number;
  readonly c1: number;
  readonly c2: number;
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

/** Wang et al. 2004: Gaussian 11 × 11, σ 1.5, population covariance, range 1. */
export const SSIM_GAUSSIAN: SsimProtocol = {
  taps: [...GAUSSIAN.slice(1).reverse(), ...GAUSSIAN],
  covarianceFactor: 1,
  c1: 0.01 ** 2,
  c2: 0.03 ** 2,
};
/** Uniform 7 × 7, sample covariance, range 1. */
export const SSIM_UNIFORM: SsimProtocol = uniform(1);
/** The write-up's: uniform 7 × 7, sample covariance, range 2. */
export const SSIM_WRITEUP: SsimProtocol = uniform(2);
