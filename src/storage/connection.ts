/** A connection to one of the browser's databases: opened when it is needed, and again after the browser has closed it. */

import { type DBSchema, deleteDB, type IDBPDatabase, openDB, type StoreNames } from "idb";
import type { StorageError } from "./trouble";

export interface ConnectionOptions<Schema extends DBSchema> {
  readonly name: string;
  readonly version: number;
  /** What it consists of; keys are given with each value. */
  readonly stores: readonly StoreNames<Schema>[];
  /** Milliseconds that the database may take to open. */
  readonly opensWithin?: number;
  /** Whatever goes wrong, in words for people. */
  readonly toError: (error: unknown) => StorageError;
  /** It took too long to open. */
  readonly blocked: () => StorageError;
}

/**
 * Milliseconds that the database may take to open: a slow disk takes one or two seconds, but a tab
 * that holds an older connection, while a third one waits to change the database, takes for ever.
 */
const OPENS_WITHIN = 10_000;

interface Opened<Schema extends DBSchema> {
  readonly database: Promise<IDBPDatabase<Schema>>;
  /** When it has taken too long to open. */
  readonly until: number;
}

export class Connection<Schema extends DBSchema> {
  readonly #options: ConnectionOptions<Schema>;
  #opened: Opened<Schema> | null = null;

  constructor(options: ConnectionOptions<Schema>) {
    this.#options = options;
  }

  /** Works with the database. @throws StorageError and nothing else */
  async use<T>(work: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      const opened = this.#open();
      const database = await this.#inTime(opened);
      try {
        return await work(database);
      } catch (error) {
        if (this.#opened === opened && !isClosed(error)) throw error;
        // The browser, or whoever deleted the database, has closed it under our hands.
        this.#forget(opened);
        database.close();
        return await work(await this.#inTime(this.#open()));
      }
    } catch (error) {
      throw this.#options.toError(error);
    }
  }

  close(): void {
    this.#opened?.database.then((database) => database.close()).catch(() => {});
    this.#opened = null;
  }

  #forget(opened: Opened<Schema> | null): void {
    if (this.#opened === opened) this.#opened = null;
  }

  #open(): Opened<Schema> {
    this.#opened ??= this.#openAnew();
    return this.#opened;
  }

  #openAnew(): Opened<Schema> {
    const { name, version, stores, opensWithin = OPENS_WITHIN } = this.#options;
    const forget = (): void => this.#forget(opened);
    const open = () =>
      openDB<Schema>(name, version, {
        upgrade(database) {
          for (const store of stores) database.createObjectStore(store);
        },
        // A later version of the page, in another tab, waits for this connection to end.
        blocking: (_current, _blocked, event) => {
          forget();
          (event.target as IDBDatabase).close();
        },
        terminated: forget,
      });
    const whole = async (): Promise<IDBPDatabase<Schema>> => {
      const database = await open();
      if (stores.every((store) => database.objectStoreNames.contains(store))) return database;
      // Somebody else's, made under our name: there is nothing of ours in it.
      database.close();
      await deleteDB(name);
      return open();
    };
    const opened: Opened<Schema> = { database: whole(), until: Date.now() + opensWithin };
    opened.database.catch(forget);
    return opened;
  }

  /** The database, once it is open. @throws StorageError where that takes too long: it may yet open */
  async #inTime({ database, until }: Opened<Schema>): Promise<IDBPDatabase<Schema>> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#options.blocked()), Math.max(0, until - Date.now()));
    });
    try {
      return await Promise.race([database, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What browsers say of a connection that has ended, or is about to. */
const isClosed = (error: unknown): boolean =>
  error instanceof DOMException && error.name === "InvalidStateError";

/** All keys that begin so: an array comes after every string and number. */
export const beginning = (...parts: (string | number)[]): IDBKeyRange =>
  IDBKeyRange.bound(parts, [...parts, []]);

/** What is needed of a transaction. */
interface Transaction {
  readonly done: Promise<void>;
  abort(): void;
}

/** Does the work and waits until it is stored; a failure undoes all of it. */
export async function within<T>(transaction: Transaction, work: () => Promise<T>): Promise<T> {
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
