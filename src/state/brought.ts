/** Files that somebody drops on the page or pastes into it: what is taken, and where it goes. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { isRunFile } from "./files";

export interface BroughtState {
  /** A picture that the place for pictures has not taken yet. */
  readonly picture: File | null;
  /** Names of the files that nothing was to be done with; none where the last ones were taken. */
  readonly refused: readonly string[];
}

export interface Brought {
  readonly state: StoreApi<BroughtState>;
  /** Sorts files out: runs are stored, the first picture waits to be taken, others are refused. */
  bring(files: readonly File[]): Promise<"runs" | "picture" | null>;
  /** The picture that waits, which then waits no more. */
  takePicture(): File | null;
  dismissRefused(): void;
}

/** @param importRun stores a run's file; false where it is none, which it reports itself */
export function createBrought(importRun: (file: Blob, name: string) => Promise<boolean>): Brought {
  const state = createStore<BroughtState>(() => ({ picture: null, refused: [] }));
  return {
    state,
    async bring(files) {
      const runs = files.filter(isRunFile);
      const others = files.filter((file) => !isRunFile(file));
      const isPicture = await Promise.all(others.map(isPictureFile));
      const picture = others.find((_, i) => isPicture[i]) ?? null;
      state.setState({
        refused: others.filter((file) => file !== picture).map(({ name }) => name),
        ...(picture && { picture }),
      });
      let isTaken = false;
      for (const file of runs) isTaken = (await importRun(file, file.name)) || isTaken;
      if (picture) return "picture";
      return isTaken ? "runs" : null;
    },
    takePicture() {
      const { picture } = state.getState();
      if (picture) state.setState({ picture: null });
      return picture;
    },
    dismissRefused: () => state.setState({ refused: [] }),
  };
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
async function isPictureFile(file: File): Promise<boolean> {
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
