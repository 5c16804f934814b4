/** What runs come to: at their start, after each epoch and at their end. */

import type { RunConfig } from "../config/config";
import type { DeviceChange } from "../config/devices";
import type { DataSource } from "../datasets/dataset";
import type { LiveElbo } from "../metrics/likelihood";
import type { QualityFigures, TestFigures } from "../metrics/metrics";

/** What is known of a run once it is prepared. */
export interface RunStart {
  readonly deviceLabel: string;
  readonly deviceName: string;
  readonly threads: number;
  readonly parameters: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** Loss of a perfect reconstruction of the validation split: it can go no lower. */
  readonly lossFloor: number;
}

/** What an epoch came to. */
export interface EpochFigures {
  readonly epoch: number;
  /** Steps trained by then: fewer than a whole epoch's where training was stopped. */
  readonly step: number;
  /** Mean over the epoch's images of the loss that their step saw, as Keras reports it. */
  readonly trainLoss: number;
  readonly validationLoss: number;
  /** Over the whole validation split. */
  readonly validation: QualityFigures;
  /** Of a net that draws its codes, over the validation split, where somebody asks for them. */
  readonly nats?: LiveElbo;
  /** The best monitored value so far. */
  readonly isBest: boolean;
  /** Training and validation, pauses left out. */
  readonly seconds: number;
}

/** One figure for each image of the test split, in the split's order. */
export interface TestImages {
  readonly ssim: Float32Array;
  readonly ssimWriteup: Float32Array;
  readonly mse: Float32Array;
}

/** What a finished run amounts to; figures over the whole test split. */
export interface RunResult {
  readonly preset: string;
  readonly latent: number;
  readonly seed: number;
  readonly split: string;
  readonly device: string;
  readonly threads: number;
  readonly data: DataSource;
  readonly trainImages: number;
  readonly validationImages: number;
  readonly testImages: number;
  readonly parameters: number;
  /** Epochs trained. */
  readonly epochs: number;
  /** Epoch, from 1, whose weights were kept. */
  readonly bestEpoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  readonly test: TestFigures;
  /** PCA of the same latent size, fitted on the training split. */
  readonly pca: QualityFigures;
  /**
   * How far the choice of test images moves their mean SSIM (write-up): half its 95% interval by Student's t.
   * Left out for a single image, and in results of before it was kept.
   */
  readonly testChance?: number;
  /** Training images a second, evaluation left out. */
  readonly imagesPerSecond: number;
  /** All settings of the run: with the data, they reproduce it. */
  readonly config: RunConfig;
  /** Wall time of the whole run, with the fit of the PCA where the net started from it. */
  readonly seconds: number;
  /** Devices that failed on the way; left out where none did. */
  readonly deviceChanges?: readonly DeviceChange[];
}

/** Fewer say little of other images: at 100 a mean SSIM is uncertain by about 0.01. */
const FEW_TEST_IMAGES = 100;

/**
 * "Only 12 test images: which ones they are moves their mean SSIM (write-up) by ±0.03.", for people; null
 * where there are enough of them.
 *
 * @param results the fewest test images among them are told of
 */
export function fewTestImages(
  results: readonly Pick<RunResult, "testImages" | "testChance">[],
): string | null {
  const [fewest] = [...results].sort((a, b) => a.testImages - b.testImages);
  if (!fewest || fewest.testImages >= FEW_TEST_IMAGES) return null;
  const { testImages, testChance } = fewest;
  if (testImages === 1) return "Only one test image: its figures say nothing of others.";
  const moved =
    testChance === undefined
      ? "their figures are rough"
      : `which ones they are moves their mean SSIM (write-up) by ±${testChance.toPrecision(1)}`;
  return `Only ${testImages} test images: ${moved}.`;
}
