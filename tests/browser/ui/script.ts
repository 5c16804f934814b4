/** What the scripted worker says: devices, and the figures of a run like the baseline's. */

import type { DeviceOption } from "../../../src/config/devices";
import type { QualityFigures } from "../../../src/metrics/metrics";
import type { TestImages } from "../../../src/runs/results";

/** Deterministic noise in [−1, 1]. */
export const noise = (i: number): number => Math.sin(i * 12.9898) * Math.cos(i * 78.233);

export const DEVICES: readonly DeviceOption[] = [
  { name: "wasm", label: "WASM (relaxed SIMD)", available: true, automatic: true, reason: "" },
  {
    name: "tfjs-webgpu",
    label: "tfjs WebGPU",
    available: false,
    automatic: false,
    reason: "This browser has no WebGPU.",
  },
  {
    name: "tfjs-cpu",
    label: "tfjs CPU",
    available: true,
    automatic: false,
    reason: "Plain JavaScript, the reference for all others.",
  },
];

export const FLOOR = 0.22994;

/** The course of the loss as a function of epochs: falls as the baseline's does. */
export const lossAt = (epoch: number): number => FLOOR + 0.0105 + 0.47 / (1 + epoch * 9) ** 1.25;

export const baselineQuality = (epoch: number): QualityFigures => ({
  mse: 0.0036 + 0.02 / (1 + epoch),
  psnr: 25.4 - 7 / (1 + epoch),
  ssim: 0.866 - 0.33 / (1 + epoch) ** 0.8,
  ssimWriteup: 0.918 - 0.33 / (1 + epoch) ** 0.9,
});

export const PCA_FIGURES: QualityFigures = {
  mse: 0.00266,
  psnr: 27.1,
  ssim: 0.911,
  ssimWriteup: 0.938,
};

/** Figures of so many images around their means. */
export function testImages({ ssim, ssimWriteup, mse }: QualityFigures, count: number): TestImages {
  const around = (mean: number, width: number) =>
    Float32Array.from({ length: count }, (_, i) => mean + width * noise(i));
  return {
    ssim: around(ssim, 0.03),
    ssimWriteup: around(ssimWriteup, 0.02),
    mse: around(mse, mse / 3),
  };
}
