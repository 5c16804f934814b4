/** Runs in the browser's database, IndexedDB. */

import { type DBSchema, deleteDB, type IDBPDatabase, type IDBPTransaction, openDB } from "idb";
import { SchemaError } from "../checks/schema";
import type { Checkpoint } from "../runs/checkpoint";
import { type Changes, createChanges } from "./changes";
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
  /** Adam's moments. */
  optimizers: { key: [string, "m" | "v", number]; value: Float32Array };
  /** By run and step. */
  frames: { key: [string, number]; value: Frame };
}

type Database = IDBPDatabase<Schema>;
const NONE = new Float32Array(0);
const ALL = ["runs", "weights", "optimizers", "frames"] as const;

/** All keys that begin so: an array comes after every string and number. */
const beginning = (...parts: string[]) => IDBKeyRange.bound(parts, [...parts, []]);

/**
 * Milliseconds that the database may take to open: a slow disk takes one or two seconds, but a tab
 * that holds an older connection, while a third one waits to change the database, takes for ever.
 */
const OPENS_WITHIN = 10_000;

/**
 * Opens the database, and again after the browser has closed it.
 *
 * @throws StorageError where there is none, it must not be used, or another tab keeps it closed
 */
export async function openDatabaseStore(
  name = NAME,
  opensWithin = OPENS_WITHIN,
): Promise<RunStore> {
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
  readonly #name: string;
  readonly #opensWithin: number;
  readonly #changes: Changes;
  #connection: Connection | null = null;

  constructor(name: string, opensWithin: number) {
    this.#name = name;
    this.#opensWithin = opensWithin;
    this.#changes = createChanges(`${name}/runs`);
  }

  async list(onDamaged: (error: StorageError) => void = () => {}): Promise<RunRecord[]> {
    const records = await this.#use((database) => database.getAll("runs"));
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
    const record = (await this.#use((database) => database.get("runs", id))) ?? null;
    const read = record && readStored(record);
    if (read instanceof StorageError) throw read;
    return read;
  }

  async put(record: RunRecord, arrays?: RunArrays): Promise<void> {
    await this.#use(async (database) => {
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
    const found = await this.#use(async (database) => {
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
    const purged = await this.#use(async (database) => {
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
    return joined(await this.#use((database) => database.getAll("weights", beginning(id, kind))));
  }

  async checkpoint(id: string): Promise<Checkpoint | null> {
    return this.#use(async (database) => {
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
        return progress && weights && m && v ? { progress, weights, best, m, v } : null;
      });
    });
  }

  async putFrame(id: string, frame: Frame): Promise<void> {
    await this.#use((database) => database.put("frames", frame, [id, frame.step]));
  }

  async frames(id: string): Promise<Frame[]> {
    return this.#use(async (database) => {
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
    this.#connection?.database.then((database) => database.close()).catch(() => {});
    this.#connection = null;
  }

  async #use<T>(work: (database: Database) => Promise<T>): Promise<T> {
    try {
      const connection = this.#connect();
      const database = await inTime(connection);
      try {
        return await work(database);
      } catch (error) {
        if (this.#connection === connection && !isClosed(error)) throw error;
        // The browser, or whoever deleted the database, has closed it under our hands.
        this.#forget(connection);
        database.close();
        return await work(await inTime(this.#connect()));
      }
    } catch (error) {
      throw toStorageError(error);
    }
  }

  #connect(): Connection {
    this.#connection ??= this.#open();
    return this.#connection;
  }

  #forget(connection: Connection | null): void {
    if (this.#connection === connection) this.#connection = null;
  }

  #open(): Connection {
    const forget = (): void => this.#forget(opened);
    const open = () =>
      openDB<Schema>(this.#name, VERSION, {
        upgrade(database) {
          for (const name of ALL) database.createObjectStore(name);
        },
        // A later version of the page, in another tab, waits for this connection to end.
        blocking: (_current, _blocked, event) => {
          forget();
          (event.target as IDBDatabase).close();
        },
        terminated: forget,
      });
    const whole = async (): Promise<Database> => {
      const database = await open();
      if (ALL.every((name) => database.objectStoreNames.contains(name))) return database;
      // Somebody else's, made under our name: there is nothing of ours in it.
      database.close();
      await deleteDB(this.#name);
      return open();
    };
    const opened: Connection = { database: whole(), until: Date.now() + this.#opensWithin };
    opened.database.catch(forget);
    return opened;
  }
}

interface Connection {
  readonly database: Promise<Database>;
  /** When it has taken too long to open. */
  readonly until: number;
}

/** The database, once it is open. @throws StorageError where that takes too long: it may yet open */
async function inTime({ database, until }: Connection): Promise<Database> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(blocked()), Math.max(0, until - Date.now()));
  });
  try {
    return await Promise.race([database, late]);
  } finally {
    clearTimeout(timer);
  }
}

const blocked = (): StorageError =>
  new StorageError(
    "blocked",
    "Another tab keeps this page’s stored runs closed.",
    "Close all other tabs of this page, then reload it. Until then runs last as long as this tab: export those that you want to keep first.",
  );

/** What browsers say of a connection that has ended, or is about to. */
const isClosed = (error: unknown): boolean =>
  error instanceof DOMException && error.name === "InvalidStateError";

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
  { weights, best, m, v }: RunArrays,
): Promise<void> {
  const [nets, optimizers] = [
    transaction.objectStore("weights"),
    transaction.objectStore("optimizers"),
  ];
  for (const [place, piece] of pieces(weights)) await nets.put(piece, [id, "last", place]);
  for (const [place, piece] of pieces(best ?? NONE)) await nets.put(piece, [id, "best", place]);
  for (const [place, piece] of pieces(m)) await optimizers.put(piece, [id, "m", place]);
  for (const [place, piece] of pieces(v)) await optimizers.put(piece, [id, "v", place]);
}

/** All of a run but its record. */
async function deleteParts(transaction: Writing, id: string): Promise<void> {
  for (const name of ["weights", "optimizers", "frames"] as const) {
    await transaction.objectStore(name).delete(beginning(id));
  }
}

type Writing = IDBPTransaction<Schema, typeof ALL, "readwrite">;

interface Transaction {
  readonly done: Promise<void>;
  abort(): void;
}

/** Does the work and waits until it is stored; a failure undoes all of it. */
async function within<T>(transaction: Transaction, work: () => Promise<T>): Promise<T> {
  // Heard of through the work, or below.
  transaction.done.catch(() => {});
  try {
    const value = await work();
    await transaction.done;
    return value;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended already.
    }
    throw error;
  }
}
