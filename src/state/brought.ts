/** Files that somebody drops on the page or pastes into it: what they are, and where they go. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { BroughtFile, BroughtFrom } from "../protocol/own-data";

export interface BroughtState {
  /** A picture that the place for pictures has not taken yet. */
  readonly picture: Blob | null;
}

export interface Brought {
  readonly state: StoreApi<BroughtState>;
  /** Sorts files out: runs are stored, models are looked at, a picture alone waits to be taken, all else is a data set. */
  bring(files: readonly BroughtFile[]): Promise<"runs" | "model" | "picture" | "data" | null>;
  /** The picture that waits, which then waits no more. */
  takePicture(): Blob | null;
}

/**
 * @param importRun stores a run's file; false where it is none, which it reports itself
 * @param bringData looks at files as a data set
 * @param bringModel looks at files of a trained model
 */
export function createBrought(
  importRun: (file: Blob, name: string) => Promise<boolean>,
  bringData: (from: BroughtFrom, what: string) => void,
  bringModel: (files: readonly BroughtFile[]) => Promise<void>,
): Brought {
  const state = createStore<BroughtState>(() => ({ picture: null }));
  return {
    state,
    async bring(files) {
      const areRuns = await Promise.all(files.map(isRun));
      const runs = files.filter((_, i) => areRuns[i]);
      const models = files.filter(isModelFile);
      const others = files.filter((file, i) => !areRuns[i] && !models.includes(file));
      const [first] = others;
      const isPicture = others.length === 1 && first && (await isPictureFile(first.file));
      let isTaken = false;
      for (const { file, path } of runs) isTaken = (await importRun(file, path)) || isTaken;
      if (models.length > 0) {
        await bringModel(models);
        return "model";
      }
      if (isPicture) {
        state.setState({ picture: first.file });
        return "picture";
      }
      if (first) {
        bringData({ files: others }, filesInWords(others));
        return "data";
      }
      return isTaken ? "runs" : null;
    },
    takePicture() {
      const { picture } = state.getState();
      if (picture) state.setState({ picture: null });
      return picture;
    },
  };
}

/** Files that were chosen, with their paths where they are of a folder. */
export const broughtFiles = (files: Iterable<File>): BroughtFile[] =>
  Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));

/** "digits.csv", "train.csv and 3 more", "the folder cats" */
export function filesInWords(files: readonly BroughtFile[]): string {
  const [first] = files;
  if (!first) return "";
  const [folder, ...rest] = first.path.split("/");
  if (rest.length > 0 && files.every(({ path }) => path.startsWith(`${folder}/`))) {
    return `the folder ${folder}`;
  }
  return files.length === 1 ? first.path : `${first.path} and ${files.length - 1} more`;
}

/** Whether a file is to be taken for a model of Keras's, by its name: what it is, its bytes tell. */
export const isModelFile = ({ path }: { readonly path: string }): boolean =>
  /\.(keras|h5|hdf5)$/i.test(path);

/** All files that are dropped, those in folders with their paths. */
export async function droppedFiles({ items, files }: DataTransfer): Promise<BroughtFile[]> {
  // Asked for before anything is waited for: the browser empties the list then.
  const entries = Array.from(items, (item) => item.webkitGetAsEntry?.() ?? null);
  const loose = broughtFiles(files);
  if (!entries.some((entry) => entry?.isDirectory)) return loose;
  const found: BroughtFile[] = [];
  for (const entry of entries) if (entry) await addEntry(found, entry);
  return found;
}

async function addEntry(found: BroughtFile[], entry: FileSystemEntry): Promise<void> {
  const path = entry.fullPath.replace(/^\//, "");
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ path, file });
    return;
  }
  if (!isFolderEntry(entry)) return;
  const reader = entry.createReader();
  for (;;) {
    // A hundred at a time, and none at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    for (const each of some) await addEntry(found, each);
  }
}

const isFileEntry = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolderEntry = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry =>
  entry.isDirectory;

/** A zip's list of what is in it stands at its end; a run's few names fit. */
const ZIP_LIST_BYTES = 8192;

/** By its name; a zip may be a data set as well, and is a run where it has a run's description. */
async function isRun({ path, file }: BroughtFile): Promise<boolean> {
  if (!/\.(loom|zip)$/i.test(path)) return false;
  if (!/\.zip$/i.test(path)) return true;
  const end = file.slice(Math.max(0, file.size - ZIP_LIST_BYTES));
  return (await end.text().catch(() => "")).includes("run.json");
}

/** How files of pictures begin: PNG, JPEG, GIF, WebP, AVIF and HEIC. */
const BEGINNINGS = [
  /^\x89PNG/,
  /^\xff\xd8\xff/,
  /^GIF8/,
  /^RIFF.{4}WEBP/s,
  /^.{4}ftyp(avif|avis|heic|heix|mif1)/s,
];

/** By its type or, where the name told the browser none or a wrong one, by its first bytes. */
async function isPictureFile(file: Blob): Promise<boolean> {
  if (file.type.startsWith("image/")) return true;
  try {
    const bytes = new Uint8Array(await file.slice(0, 12).arrayBuffer());
    const text = String.fromCharCode(...bytes);
    return BEGINNINGS.some((beginning) => beginning.test(text));
  } catch {
    // A folder has no bytes.
    return false;
  }
}
