/** What the inference worker can be asked: about given nets, their images, and PCA and JPEG beside them. */

import type { RunConfig } from "../config/config";
import type { DataChoice } from "../config/config-schema";
import type { DataSpec, Split } from "../datasets/dataset";
import type { ClassSurvey } from "../datasets/survey";
import type { ImageShape } from "../math/image-set";
import type { NumberSpread } from "../math/number-spread";
import type { PrincipalAxes } from "../math/principal-axes";
import type { QualityFigures } from "../metrics/metrics";
import type { PackedManifest } from "../runs/packed-net";
import type { ImageStrip } from "./messages";
import type { Question } from "./rpc";

/** What a net's shapes and images depend on. */
export type NetConfig = Pick<
  RunConfig,
  "preset" | "latentSize" | "net" | "data" | "classes" | "split" | "seed"
>;

export interface GivenNet {
  readonly config: NetConfig;
  /** Of its images. */
  readonly shape: ImageShape;
  /** In the order of `model.getWeights()`, one array after the other. */
  readonly weights: Float32Array;
}

/** A net of the page's own, or the nested net that comes with the page. */
export type NetToOpen = GivenNet | "shipped";

/** Stands for a net that the worker holds open. */
export type NetId = number;

/** What was measured on the whole test split when a net was packed. */
export type PackedFigures = PackedManifest["figures"];

export interface OpenNet {
  readonly net: NetId;
  readonly config: NetConfig;
  readonly parameters: number;
  /** Its codes may be cut off at any size. */
  readonly nested: boolean;
  /** Its loss asks that codes fill N(0, 1): codes drawn from there are its images. */
  readonly drawn: boolean;
  /** By ascending size, of the net that comes with the page; null of others. */
  readonly packed: PackedFigures | null;
}

export type PartName = keyof Split;

/**
 * Test images that sizes are compared on, at most: the means of 1,400 have standard errors of 0.002, and
 * of the 7,000 of all ten classes, at nine sizes, they took 45 s.
 */
export const MOST_COMPARED = 1400;

/** Images of a data choice. */
export type Chosen =
  | {
      readonly part: PartName;
      /** Its first images alone: each part is in random order, so they are a fair sample. */
      readonly first?: number;
    }
  /** Numbers of images among those of the classes. */
  | { readonly indices: Uint32Array };

/** Images to reconstruct: of a net's own data choice, or given, as bytes of the net's or the choice's shape. */
export type Images = Chosen | { readonly pixels: Uint8Array };

/** How many numbers of each code are kept: of all, or image by image; null for all numbers. */
export type Kept = number | Uint16Array | null;

/** Figures of each image; `ssim` is Wang's, `ssimWriteup` the write-up's protocol, which flatters. */
export type ImageFigures = Readonly<Record<keyof QualityFigures, Float32Array>>;

export interface Reconstructions extends ImageStrip {
  readonly figures: ImageFigures;
  /** Over the images; NaN where there are none. */
  readonly mean: QualityFigures;
}

/** JPEG at the highest quality that fits; all images of the split share one file. */
export interface JpegAnswer {
  /** MozJPEG's, 1 to 100. */
  readonly quality: number;
  /** A mean over the split's images. */
  readonly bytes: number;
  /** From how many bytes on a higher quality fits; null at the highest. */
  readonly nextBytes: number | null;
  /** Of the images asked for. */
  readonly reconstructions: Reconstructions;
  /** Over the whole test split. */
  readonly test: QualityFigures;
}

export interface PartImages extends ImageStrip {
  /** How many the whole part has; as many as were asked for, where they were by their numbers. */
  readonly ofPart: number;
  readonly labels: Uint8Array;
  /** Numbers of the images among those of the classes. */
  readonly indices: Uint32Array;
  readonly spec: DataSpec;
  /** Why the garments are synthetic, for people; empty for the real ones. */
  readonly sourceNote: string;
}

/** What a data choice looks like as a whole. */
export interface Survey {
  readonly spec: DataSpec;
  /** Why the garments are synthetic, for people; empty for the real ones. */
  readonly sourceNote: string;
  readonly classes: readonly ClassSurvey[];
  /** Equally many training images of each class, class by class: as many as asked, if there are. */
  readonly examples: ImageStrip;
}

export interface Codes {
  readonly count: number;
  /** Numbers in each. */
  readonly size: number;
  /** count × size. */
  readonly codes: Float32Array;
}

/** By how much a number of a code grows with each number of an image, pixels from 0 to 1. */
export interface LooksFor {
  readonly shape: ImageShape;
  readonly gradient: Float32Array;
}

/** What each number of a code is worth to a net's decoder. */
export interface Ablation {
  /** Mean SSIM (Wang's) of the images' reconstructions. */
  readonly ssim: number;
  /** What that loses when a number is replaced by its mean, for each number. */
  readonly losses: Float32Array;
}

/**
 * Codes drawn at random: from a Gaussian with the training codes' means and covariances, from one
 * with their variances alone, and from N(0, 1).
 */
export const CLOUDS = ["fitted", "independent", "unit"] as const;
export type CloudName = (typeof CLOUDS)[number];

export interface Cloud {
  /** What the decoder makes of the first codes. */
  readonly pictures: ImageStrip;
  /** From each code to the nearest training code. */
  readonly distances: Float32Array;
  /** From each code to what the encoder makes of its picture. */
  readonly drifts: Float32Array;
}

export interface Samples {
  /** Training codes that the Gaussians are fitted to and distances are measured from. */
  readonly trained: number;
  /** The same of test images' codes, which the fit has not seen. */
  readonly heldOut: Cloud;
  readonly clouds: Readonly<Record<CloudName, Cloud>>;
}

/** Rows that a class is to be told from: a net's codes, PCA's, or pixels. */
export type ProbeSubject = { readonly net: NetId } | "pca" | "pixels";

/** How often the class of a test image is told from the first `size` numbers of its row: 0 to 1. */
export interface ProbePoint {
  readonly size: number;
  /** By the 5 nearest training rows. */
  readonly nearest: number;
  /** By ridge regression of the classes' indicators. */
  readonly linear: number;
}

export interface Probe {
  /** By ascending size. */
  readonly points: readonly ProbePoint[];
  /** Images trained on and tested with, and how many there are. */
  readonly train: number;
  readonly allTrain: number;
  readonly test: number;
  readonly allTest: number;
}

/** Images as an open net was given them to learn, or others. */
interface ImagesOfNet {
  readonly net: NetId;
  readonly images: Images;
}

/** The same where no net is needed. */
interface ImagesOfChoice {
  readonly data: DataChoice;
  readonly images: Images;
}

/** Each with its answer; a long one tells how much of it is done, 0 to 1. */
export type InferenceQuestions = {
  /** Builds a net; the weights change hands. */
  open: Question<{ readonly net: NetToOpen }, OpenNet>;
  /** Frees a net's memory; its unanswered questions fail. */
  close: Question<{ readonly net: NetId }, null>;
  /** Original images. */
  images: Question<{ readonly data: DataChoice; readonly images: Chosen }, PartImages>;
  survey: Question<{ readonly data: DataChoice; readonly examples: number }, Survey>;
  encode: Question<ImagesOfNet, Codes, number>;
  /** What a number of the code looks for in one image: its gradient. */
  looksFor: Question<ImagesOfNet & { readonly number: number }, LooksFor>;
  /** Principal axes of the images' codes. */
  axes: Question<ImagesOfNet, PrincipalAxes, number>;
  /** Images from codes, count × the net's latent size. */
  decode: Question<
    { readonly net: NetId; readonly codes: Float32Array; readonly kept: Kept },
    ImageStrip,
    number
  >;
  /** There and back, and how good that is. */
  reconstruct: Question<ImagesOfNet & { readonly kept: Kept }, Reconstructions, number>;
  /** PCA fitted on the choice's training split, cut off at `kept` numbers (null: at its rank). */
  pcaEncode: Question<ImagesOfChoice & { readonly size: number }, Codes>;
  pcaReconstruct: Question<ImagesOfChoice & { readonly kept: Kept }, Reconstructions, number>;
  /** How each number of those images' codes is spread. */
  spread: Question<ImagesOfNet, NumberSpread, number>;
  /** Replaces one number after the other by its mean, and decodes. */
  ablation: Question<ImagesOfNet & { readonly means: Float32Array }, Ablation, number>;
  /** Random codes beside real ones; as many pictures of each kind as asked for. */
  samples: Question<
    { readonly net: NetId; readonly pictures: number; readonly seed: number },
    Samples,
    number
  >;
  /** Sizes ascending; a net that is not nested has one, and so have pixels. */
  probe: Question<
    {
      readonly of: ProbeSubject;
      readonly data: DataChoice;
      readonly sizes: readonly number[];
    },
    Probe,
    number
  >;
  /** JPEG of the test split with at most so many bytes an image; null where no quality fits. */
  jpeg: Question<
    {
      readonly data: DataChoice;
      /** Places within the test split, whose reconstructions are wanted. */
      readonly places: Uint32Array;
      readonly bytes: number;
    },
    JpegAnswer | null
  >;
};

export type InferenceQuestion = keyof InferenceQuestions;
export type Asked<Q extends InferenceQuestion> = InferenceQuestions[Q]["ask"];
export type Answer<Q extends InferenceQuestion> = InferenceQuestions[Q]["answer"];
