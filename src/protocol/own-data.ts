/** What the worker for data sets of one's own can be asked: to look at files, to keep them, and about what is kept. */

import type { DataRef } from "../datasets/dataset";
import type { DataChange, OwnData } from "../datasets/own-data";
import type { Choices, Proposal } from "../datasets/proposal";
import type { ImageStrip } from "./messages";
import type { Question } from "./rpc";

/** A file with its path from the folder that was brought: "train/cats/1.png". */
export interface BroughtFile {
  readonly path: string;
  /** Files go to workers without being copied. */
  readonly file: Blob;
}

/** Files, or an address of one. */
export type BroughtFrom = { readonly files: readonly BroughtFile[] } | { readonly address: string };

/** How far something is: 0 to 1, and what is being done. */
export interface ReadProgress {
  readonly share: number;
  readonly text: string;
}

/** What is to be kept of files. */
export interface Keep {
  readonly choices: Choices;
  readonly title: string;
  readonly isCamera: boolean;
  /** As `OwnData.from`. */
  readonly from: string;
}

export type OwnDataQuestions = {
  /** What the two that follow are about; asked once of a worker. */
  bring: Question<BroughtFrom, null>;
  propose: Question<{ readonly choices: Choices }, Proposal, ReadProgress>;
  /** All of it or nothing; a set of the same images takes the new title. */
  keep: Question<Keep, OwnData, ReadProgress>;
  /** The newest first. */
  list: Question<null, readonly OwnData[]>;
  /**
   * Changes a set that is kept. One with other images or classes has another id; the old one is removed
   * then, unless it is to stay.
   */
  change: Question<
    { readonly id: DataRef; readonly change: DataChange; readonly keepsOld: boolean },
    OwnData
  >;
  /** Until it is purged, `restore` puts it back. */
  remove: Question<{ readonly id: DataRef }, null>;
  restore: Question<{ readonly id: DataRef }, OwnData>;
  /** Frees the room of sets that were removed. */
  purge: Question<null, null>;
  /** Some of a class's images, and how many it has. */
  images: Question<
    {
      readonly id: DataRef;
      readonly classId: number;
      readonly from: number;
      readonly count: number;
    },
    ClassImages
  >;
};

export interface ClassImages extends ImageStrip {
  /** Images of the whole class. */
  readonly all: number;
}
