/** Runs leave the page as files, and come back from files and links. */

import type { RunFiles } from "../client/files";
import type { ImageShape } from "../math/image-set";
import type { NetChoice } from "../nets/presets";
import { inWords } from "../protocol/rpc";
import type { RunFile } from "../storage/file/run-file";
import { MOST_FILE_BYTES, type RunRecord, specOf } from "../storage/record";
import type { RunStore } from "../storage/store";
import { StorageError } from "../storage/trouble";

/** "It is damaged" in the middle of a sentence. */
const small = (why: string): string => why.replace(/^It /, "it ").replace(/^Its /, "its ");

/** A file that is not taken in; `why` begins with a small letter, or with "It". */
export const refused = (what: string, why: string): StorageError =>
  new StorageError("failed", `${what} is not taken in: ${small(why)}`, "Nothing else has changed.");

/**
 * A run as a file, with the name to save it by.
 *
 * @param withPictures false leaves out what the net made of images at each moment of training
 * @throws StorageError where the run is not there
 */
export async function exportRun(
  files: RunFiles,
  store: RunStore,
  id: string,
  withPictures = true,
): Promise<{ name: string; blob: Blob }> {
  const record = await store.get(id);
  if (!record) throw new StorageError("failed", "This run is no longer stored.", "");
  const arrays = await store.checkpoint(id);
  const frames = withPictures ? await store.frames(id) : [];
  const bytes = await files.pack({ record, arrays, frames }).catch((error: unknown) => {
    throw new StorageError(
      "failed",
      `This run could not be written to a file: ${small(inWords(error))}`,
      "Try it again.",
    );
  });
  return {
    name: `${record.name.replace(/[^\p{L}\p{N}]+/gu, "-")}.loom`,
    blob: new Blob([bytes], { type: "application/zip" }),
  };
}

export interface ImportHost {
  readonly files: RunFiles;
  readonly store: RunStore;
  readonly newId: () => string;
  /** How many weights that net has, for images of that shape. */
  readonly weightsOf: (net: NetChoice, shape: ImageShape) => number;
}

/**
 * Takes in a run from a file; it is stored under a new id, which is returned.
 *
 * @throws StorageError that says why not; nothing is stored then
 */
export async function importRun(
  { files, store, newId, weightsOf }: ImportHost,
  file: Blob,
  what: string,
): Promise<string> {
  if (file.size > MOST_FILE_BYTES) {
    throw refused(what, `it has over ${MOST_FILE_BYTES / 1e6} MB, more than any run.`);
  }
  const id = newId();
  let run: RunFile;
  try {
    run = await files.unpack(new Uint8Array(await file.arrayBuffer()), id);
  } catch (error) {
    throw refused(what, inWords(error));
  }
  const { record, arrays, frames } = run;
  if (arrays) {
    const wanted = weightsIn(record, weightsOf, what);
    if (arrays.weights.length !== wanted) {
      throw refused(
        what,
        `its net has ${wanted} weights by its settings, and ${arrays.weights.length} are in it.`,
      );
    }
  }
  await store.put(record, arrays ?? undefined);
  for (const frame of frames) await store.putFrame(id, frame);
  return id;
}

/** @throws StorageError where its net takes no images of its shape */
function weightsIn(record: RunRecord, weightsOf: ImportHost["weightsOf"], what: string): number {
  try {
    return weightsOf(record.config, specOf(record));
  } catch (error) {
    if (error instanceof RangeError) throw refused(what, error.message);
    throw error;
  }
}
