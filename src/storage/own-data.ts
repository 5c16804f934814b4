/** Data sets of one's own in a database of their own: the page's worker keeps them there, those that train read them. */

import type { DBSchema, IDBPTransaction } from "idb";
import type { DataRef, Dataset } from "../datasets/dataset";
import { countsOf, type OwnData } from "../datasets/own-data";
import { sizeOf } from "../math/image-set";
import { createChanges, OWN_DATABASE, setsOf } from "./changes";
import { beginning, Connection, within } from "./connection";
import { StorageError, toStorageError } from "./trouble";

const VERSION = 1;

interface StoredSet extends OwnData {
  /** Of this layout; sets of a later one are left alone. */
  readonly version: 1;
  /** Milliseconds since 1970; null for a set that was not removed. */
  readonly removedAt: number | null;
}

interface Schema extends DBSchema {
  sets: { key: string; value: StoredSet };
  /** A class's images lie in pieces, by their place. */
  images: { key: [string, number, number]; value: Uint8Array<ArrayBuffer> };
}

const ALL = ["sets", "images"] as const;

/** What a set is kept with. */
export interface KeptWith extends Pick<OwnData, "from"> {
  /** Bytes so far, of all. */
  readonly onProgress?: (written: number, total: number) => void;
  /** Is removed in the same moment. */
  readonly replaces?: DataRef;
}

/** All methods reject with a StorageError and nothing else. */
export interface OwnDataDatabase {
  /** All that are not removed, the newest first. */
  list(): Promise<OwnData[]>;
  /** Null for one that is not there; a removed one is, until it is purged. */
  get(id: DataRef): Promise<OwnData | null>;
  /** Stores all of a set, or nothing; one of the same images has the new description. */
  put(dataset: Dataset, kept: KeptWith): Promise<OwnData>;
  /** Null where it is not there. */
  rename(id: DataRef, names: Names): Promise<OwnData | null>;
  remove(id: DataRef): Promise<void>;
  /** Null where it is no longer there. */
  restore(id: DataRef): Promise<OwnData | null>;
  /** Ends for good what was removed before that time, in milliseconds since 1970. */
  purge(removedBefore: number): Promise<void>;
  /** Images of some of a class's places, from 0; fewer where it has no more. */
  images(set: OwnData, classId: number, from: number, count: number): Promise<Uint8Array>;
  /** Those classes' images, or all; null where the set is not there. */
  read(
    id: DataRef,
    classes: readonly number[] | null,
    onProgress?: (read: number, total: number) => void,
  ): Promise<{ readonly set: OwnData; readonly dataset: Dataset } | null>;
  close(): void;
}

/** What of a set is changed without its images: both are part of no id. */
export type Names = Partial<Pick<OwnData["spec"], "title" | "classNames">>;

/** Opens the database when it is needed. */
export function openOwnData(name = OWN_DATABASE, opensWithin?: number): OwnDataDatabase {
  const changes = createChanges(setsOf(name));
  const connection = new Connection<Schema>({
    name,
    version: VERSION,
    stores: ALL,
    toError,
    blocked,
    ...(opensWithin === undefined ? {} : { opensWithin }),
  });

  const get = (id: DataRef): Promise<StoredSet | null> =>
    connection.use(async (database) => known((await database.get("sets", id)) ?? null));

  const update = async (
    id: DataRef,
    change: (set: StoredSet) => StoredSet,
  ): Promise<OwnData | null> => {
    const changed = await connection.use(async (database) => {
      const transaction = database.transaction(ALL, "readwrite");
      return within(transaction, async () => {
        const sets = transaction.objectStore("sets");
        const set = known((await sets.get(id)) ?? null);
        if (!set) return null;
        const next = change(set);
        await sets.put(next, id);
        return next;
      });
    });
    if (changed) changes.announce(id);
    return changed && told(changed);
  };

  return {
    async list() {
      const sets = await connection.use((database) => database.getAll("sets"));
      return sets
        .filter((set) => known(set) && set.removedAt === null)
        .sort((a, b) => b.keptAt - a.keptAt)
        .map(told);
    },
    async get(id) {
      const set = await get(id);
      return set && told(set);
    },
    async put(dataset, { from, onProgress = () => {}, replaces }) {
      const { spec, images } = dataset;
      const counts = countsOf(dataset);
      const set: StoredSet = {
        version: 1,
        spec,
        counts,
        bytes: images.length,
        keptAt: Date.now(),
        from,
        removedAt: null,
      };
      await connection.use(async (database) => {
        // All in one: an end in between, of the room or of the tab, leaves nothing.
        const transaction = database.transaction(ALL, "readwrite");
        await within(transaction, async () => {
          const [sets, pieces] = [
            transaction.objectStore("sets"),
            transaction.objectStore("images"),
          ];
          await pieces.delete(beginning(spec.id));
          let start = 0;
          for (const [id, count] of counts.entries()) {
            const end = start + count * sizeOf(spec);
            for (let at = start, place = 0; at < end; at += PIECE, place++) {
              // A copy: a view would be stored with all of its buffer. One at a time, so that they stay few.
              await pieces.put(images.slice(at, Math.min(end, at + PIECE)) as Piece, [
                spec.id,
                id,
                place,
              ]);
              onProgress(Math.min(end, at + PIECE), images.length);
            }
            start = end;
          }
          await sets.put(set, spec.id);
          const old = replaces !== undefined && (await sets.get(replaces));
          if (old) await sets.put({ ...old, removedAt: Date.now() }, old.spec.id);
        });
      });
      changes.announce(spec.id);
      if (replaces !== undefined) changes.announce(replaces);
      return told(set);
    },
    rename: (id, names) => update(id, (set) => ({ ...set, spec: { ...set.spec, ...names } })),
    async remove(id) {
      await update(id, (set) => ({ ...set, removedAt: Date.now() }));
    },
    restore: (id) => update(id, (set) => ({ ...set, removedAt: null })),
    async purge(removedBefore) {
      const purged = await connection.use(async (database) => {
        const transaction = database.transaction(ALL, "readwrite");
        return within(transaction, async () => {
          const sets = await transaction.objectStore("sets").getAll();
          const over = sets.filter(
            ({ removedAt }) => removedAt !== null && removedAt < removedBefore,
          );
          for (const { spec } of over) await deleteSet(transaction, spec.id);
          return over.map(({ spec }) => spec.id);
        });
      });
      for (const id of purged) changes.announce(id);
    },
    images: ({ spec }, classId, from, count) =>
      connection.use(async (database) => {
        const size = sizeOf(spec);
        const [start, end] = [from * size, (from + count) * size];
        const [first, last] = [
          Math.floor(start / PIECE),
          Math.floor(Math.max(start, end - 1) / PIECE),
        ];
        const range = IDBKeyRange.bound([spec.id, classId, first], [spec.id, classId, last]);
        const pieces = joined(await database.getAll("images", range));
        return pieces.slice(start - first * PIECE, end - first * PIECE);
      }),
    read: (id, chosen, onProgress = () => {}) =>
      connection.use(async (database) => {
        // In one transaction, so that all is of the same moment.
        const transaction = database.transaction(ALL);
        return within(transaction, async () => {
          const set = known((await transaction.objectStore("sets").get(id)) ?? null);
          if (!set || set.removedAt !== null) return null;
          const { spec, counts } = set;
          const classes = chosen ?? counts.map((_, classId) => classId);
          const size = sizeOf(spec);
          const count = classes.reduce((sum, classId) => sum + counts[classId]!, 0);
          const images = shared(count * size);
          const labels = new Uint8Array(count);
          let at = 0;
          for (const classId of classes) {
            const end = at + counts[classId]! * size;
            labels.fill(classId, at / size, end / size);
            for (let place = 0; at < end; place++) {
              const piece = await transaction.objectStore("images").get([id, classId, place]);
              if (!piece || at + piece.length > end) throw damaged(set);
              images.set(piece, at);
              at += piece.length;
              onProgress(at, images.length);
            }
          }
          const dataset = { spec, shape: spec, classes: [...classes], count, images, labels };
          return { set: told(set), dataset };
        });
      }),
    close() {
      changes.close();
      connection.close();
    },
  };
}

/** Room that threads share where they can: handed to PCA's thread, a gigabyte is not copied. */
const shared = (bytes: number): Uint8Array =>
  globalThis.crossOriginIsolated
    ? new Uint8Array(new SharedArrayBuffer(bytes))
    : new Uint8Array(bytes);

/** A piece of 4 MB, so that a few of them beside the images are little. */
const PIECE = 1 << 22;

type Piece = Uint8Array<ArrayBuffer>;

const known = (set: StoredSet | null): StoredSet | null => (set?.version === 1 ? set : null);

function told({ version: _, removedAt: __, ...set }: StoredSet): OwnData {
  return set;
}

async function deleteSet(
  transaction: IDBPTransaction<Schema, typeof ALL, "readwrite">,
  id: DataRef,
): Promise<void> {
  await transaction.objectStore("sets").delete(id);
  await transaction.objectStore("images").delete(beginning(id));
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const damaged = ({ spec }: OwnData): StorageError =>
  new StorageError(
    "damaged",
    `What this browser has stored of ${spec.title} is not whole.`,
    "Remove it under Data, and bring its files again.",
  );

const blocked = (): StorageError =>
  new StorageError(
    "blocked",
    "Another tab keeps this page’s data sets closed.",
    "Close all other tabs of this page, then try again.",
  );

const WORDS: Partial<Record<StorageError["trouble"], readonly [message: string, remedy: string]>> =
  {
    full: [
      "This browser has no room left for this data set.",
      "Remove data sets or runs that you no longer need, or bring a part of the images.",
    ],
    refused: [
      "This browser lets the page store nothing, and a data set of your own has to be stored to train on it.",
      "Use a window that is not private, or allow this page to store data.",
    ],
    newer: [
      "The data sets in this browser were stored by a newer version of this page.",
      "Reload the page to get that version.",
    ],
    failed: [
      "The browser’s storage does not work just now.",
      "Try again; where that does not help, reload the page or restart the browser.",
    ],
  };

/** The same as of runs, said of data sets. */
function toError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  // Without IndexedDB there is not even a name to ask for.
  const missing = error instanceof ReferenceError || typeof indexedDB === "undefined";
  const { trouble, message, remedy } = toStorageError(
    missing ? new DOMException("", "SecurityError") : error,
  );
  return new StorageError(trouble, ...(WORDS[trouble] ?? [message, remedy]));
}
