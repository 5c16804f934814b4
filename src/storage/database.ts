/** Runs in the browser's database, IndexedDB. */

import type { DBSchema, IDBPTransaction } from "idb";
import { SchemaError } from "../checks/schema";
import type { Checkpoint } from "../runs/checkpoint";
import { type Changes, createChanges } from "./changes";
import { beginning, Connection, within } from "./connection";
import { type RunRecord, specOf } from "./record";
import { isFrame, LONGEST_NAME, readRecord } from "./record-schema";
import type { Frame, RunArrays, RunStore, WeightsKind } from "./store";
import { StorageError, toStorageError } from "./trouble";
import { persistStorage, storageUsage } from "./usage";

const NAME = "latent-loom";
const VERSION = 1;

interface Schema extends DBSchema {
  runs: { key: string; value: RunRecord };
  /** Arrays lie in pieces, by their place. */
  weights: { key: [string, WeightsKind, number]; value: Float32Array };
  /** What the optimiser keeps. */
  optimizers: { key: [string, "m" | "v" | "a", number]; value: Float32Array };
  /** By run and step. */
  frames: { key: [string, number]; value: Frame };
}

const NONE = new Float32Array(0);
const ALL = ["runs", "weights", "optimizers", "frames"] as const;

/**
 * Opens the database, and again after the browser has closed it.
 *
 * @throws StorageError where there is none, it must not be used, or another tab keeps it closed
 */
export async function openDatabaseStore(name = NAME, opensWithin?: number): Promise<RunStore> {
  const store = new DatabaseStore(name, opensWithin);
  try {
    await store.list();
    return store;
  } catch (error) {
    store.close();
    throw error;
  }
}

class DatabaseStore implements RunStore {
  readonly kind = "disk";
  readonly #changes: Changes;
  readonly #connection: Connection<Schema>;

  constructor(name: string, opensWithin: number | undefined) {
    this.#changes = createChanges(`${name}/runs`);
    this.#connection = new Connection({
      name,
      version: VERSION,
      stores: ALL,
      toError: toStorageError,
      blocked,
      ...(opensWithin === undefined ? {} : { opensWithin }),
    });
  }

  async list(onDamaged: (error: StorageError) => void = () => {}): Promise<RunRecord[]> {
    const records = await this.#connection.use((database) => database.getAll("runs"));
    return records
      .flatMap((record) => {
        if (record.version !== 1 || record.deletedAt !== null) return [];
        const read = readStored(record);
        if (!(read instanceof StorageError)) return [read];
        onDamaged(read);
        return [];
      })
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  async get(id: string): Promise<RunRecord | null> {
    const record = (await this.#connection.use((database) => database.get("runs", id))) ?? null;
    const read = record && readStored(record);
    if (read instanceof StorageError) throw read;
    return read;
  }

  async put(record: RunRecord, arrays?: RunArrays): Promise<void> {
    await this.#connection.use(async (database) => {
      const transaction = database.transaction(ALL, "readwrite");
      await within(transaction, async () => {
        await deleteParts(transaction, record.id);
        await transaction.objectStore("runs").put(record, record.id);
        if (arrays) await putArrays(transaction, record.id, arrays);
      });
    });
    this.#changes.announce(record.id);
  }

  async update(
    id: string,
    change: Partial<Omit<RunRecord, "id">>,
    arrays?: RunArrays,
  ): Promise<boolean> {
    const found = await this.#connection.use(async (database) => {
      const transaction = database.transaction(ALL, "readwrite");
      return within(transaction, async () => {
        const runs = transaction.objectStore("runs");
        const record = await runs.get(id);
        if (!record) return false;
        await runs.put({ ...record, ...change, updatedAt: Date.now() }, id);
        if (arrays) await putArrays(transaction, id, arrays);
        return true;
      });
    });
    if (found) this.#changes.announce(id);
    return found;
  }

  remove(id: string): Promise<void> {
    return this.#mark(id, Date.now());
  }

  restore(id: string): Promise<void> {
    return this.#mark(id, null);
  }

  async #mark(id: string, deletedAt: number | null): Promise<void> {
    await this.update(id, { deletedAt });
  }

  async purge(deletedBefore: number): Promise<void> {
    const purged = await this.#connection.use(async (database) => {
      const transaction = database.transaction(ALL, "readwrite");
      return within(transaction, async () => {
        const records = await transaction.objectStore("runs").getAll();
        const over = records.filter(
          ({ deletedAt }) => deletedAt !== null && deletedAt < deletedBefore,
        );
        for (const { id } of over) {
          await transaction.objectStore("runs").delete(id);
          await deleteParts(transaction, id);
        }
        return over.map(({ id }) => id);
      });
    });
    for (const id of purged) this.#changes.announce(id);
  }

  async weights(id: string, kind: WeightsKind): Promise<Float32Array | null> {
    return joined(
      await this.#connection.use((database) => database.getAll("weights", beginning(id, kind))),
    );
  }

  async checkpoint(id: string): Promise<Checkpoint | null> {
    return this.#connection.use(async (database) => {
      // In one transaction, so that all parts are of the same moment.
      const transaction = database.transaction(ALL);
      return within(transaction, async () => {
        const progress = (await transaction.objectStore("runs").get(id))?.progress;
        const nets = transaction.objectStore("weights");
        const optimizers = transaction.objectStore("optimizers");
        const weights = joined(await nets.getAll(beginning(id, "last")));
        const best = joined(await nets.getAll(beginning(id, "best")));
        const m = joined(await optimizers.getAll(beginning(id, "m")));
        const v = joined(await optimizers.getAll(beginning(id, "v")));
        const a = joined(await optimizers.getAll(beginning(id, "a")));
        if (!progress || !weights || !m || !v) return null;
        return { progress, weights, best, m, v, ...(a ? { a } : {}) };
      });
    });
  }

  async putFrame(id: string, frame: Frame): Promise<void> {
    await this.#connection.use((database) => database.put("frames", frame, [id, frame.step]));
  }

  async frames(id: string): Promise<Frame[]> {
    return this.#connection.use(async (database) => {
      const record = await database.get("runs", id);
      const frames = await database.getAll("frames", beginning(id));
      return record ? frames.filter((frame) => isFrame(frame, specOf(record))) : [];
    });
  }

  usage = storageUsage;
  persist = persistStorage;

  subscribe(listener: (id: string) => void): () => void {
    return this.#changes.subscribe(listener);
  }

  close(): void {
    this.#changes.close();
    this.#connection.close();
  }
}

const blocked = (): StorageError =>
  new StorageError(
    "blocked",
    "Another tab keeps this page’s stored runs closed.",
    "Close all other tabs of this page, then reload it. Until then runs last as long as this tab: export those that you want to keep first.",
  );

/** The run as this version has it, or what of it no run can have. */
function readStored(record: RunRecord): RunRecord | StorageError {
  try {
    return readRecord(record);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return new StorageError(
      "damaged",
      `The stored run “${String(record.name).slice(0, LONGEST_NAME)}” is damaged: its ${error.message}.`,
      "It is left as it is and not shown; all others are there.",
    );
  }
}

/** Numbers in a piece: 512 kB, so that none is a task that the page would feel. */
const PIECE = 131_072;

/** A copy of each piece: a view would be stored with all of its buffer. */
function* pieces(values: Float32Array): Generator<[number, Float32Array]> {
  for (let at = 0; at < values.length; at += PIECE) {
    yield [at / PIECE, values.slice(at, at + PIECE)];
  }
}

function joined(parts: readonly Float32Array[]): Float32Array | null {
  if (parts.length === 0) return null;
  const values = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return values;
}

/** One piece after the other, each in a task of its own: together they would hold the page up. */
async function putArrays(
  transaction: Writing,
  id: string,
  { weights, best, m, v, a }: RunArrays,
): Promise<void> {
  const [nets, optimizers] = [
    transaction.objectStore("weights"),
    transaction.objectStore("optimizers"),
  ];
  for (const [place, piece] of pieces(weights)) await nets.put(piece, [id, "last", place]);
  for (const [place, piece] of pieces(best ?? NONE)) await nets.put(piece, [id, "best", place]);
  for (const [place, piece] of pieces(m)) await optimizers.put(piece, [id, "m", place]);
  for (const [place, piece] of pieces(v)) await optimizers.put(piece, [id, "v", place]);
  for (const [place, piece] of pieces(a ?? NONE)) await optimizers.put(piece, [id, "a", place]);
}

/** All of a run but its record. */
async function deleteParts(transaction: Writing, id: string): Promise<void> {
  for (const name of ["weights", "optimizers", "frames"] as const) {
    await transaction.objectStore(name).delete(beginning(id));
  }
}

type Writing = IDBPTransaction<Schema, typeof ALL, "readwrite">;
