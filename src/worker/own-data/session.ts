/** Answers to questions about data sets of one's own. */

import { DataError } from "../../datasets/download/errors";
import { type OpenedData, openData } from "../../datasets/formats";
import { DataFileError, type DecodePicture, type InputFile } from "../../datasets/formats/input";
import { changedData, DataChangeError, type OwnData } from "../../datasets/own-data";
import type { Choices, Proposal } from "../../datasets/proposal";
import { sizeOf } from "../../math/image-set";
import type {
  BroughtFile,
  BroughtFrom,
  ClassImages,
  Keep,
  OwnDataQuestions,
  ReadProgress,
} from "../../protocol/own-data";
import { AnswerError } from "../../protocol/rpc";
import type { OwnDataDatabase } from "../../storage/own-data";
import { StorageError } from "../../storage/trouble";
import { toAnswerError as toUsualError } from "../failures";
import type { Handlers, Job } from "../rpc";
import { fetchData, labelsAddress } from "./address";

/** What the session needs of the browser. */
export interface OwnDataPlatform {
  readonly database: OwnDataDatabase;
  readonly decode: DecodePicture;
  readonly fetch: typeof fetch;
  /** As `ReadHost.memory`. */
  readonly memory?: number | undefined;
}

interface Files {
  readonly files: readonly BroughtFile[];
  /** As `Brought.beside`. */
  readonly beside: readonly BroughtFile[];
}

/** Files that were looked at, by the choices that they were opened with. */
interface Opened {
  readonly key: string;
  readonly data: Promise<OpenedData>;
  /** Whom reading tells how far it is: the question that waits for it. */
  progress: (fraction: number, text: string) => void;
  readonly controller: AbortController;
}

/** Milliseconds between two reports of how far reading is. */
const REPORT_EVERY = 100;

/** Milliseconds in which no other tab may want to put a set back that it removed. */
const PUT_BACK_WITHIN = 600_000;

/** How much of keeping a set is reading it. */
const READING = 0.7;

export class OwnDataSession {
  readonly handlers: Handlers<OwnDataQuestions>;
  readonly #platform: OwnDataPlatform;
  #from: BroughtFrom = { files: [] };
  #files: Files | null = null;
  #opened: Opened | null = null;

  constructor(platform: OwnDataPlatform) {
    this.#platform = platform;
    const { database } = platform;
    this.handlers = {
      bring: (from) => this.#bring(from),
      propose: ({ choices }, job) => this.#propose(choices, job),
      keep: (ask, job) => this.#keep(ask, job),
      list: async () => {
        await database.purge(Date.now() - PUT_BACK_WITHIN);
        return database.list();
      },
      change: (ask) => this.#change(ask),
      remove: async ({ id }) => {
        await database.remove(id);
        return null;
      },
      restore: async ({ id }) => (await database.restore(id)) ?? gone(),
      purge: async () => {
        await database.purge(Number.POSITIVE_INFINITY);
        return null;
      },
      images: (ask) => this.#images(ask),
    };
  }

  #bring(from: BroughtFrom): null {
    this.#from = from;
    this.#files = "files" in from ? { files: from.files, beside: [] } : null;
    this.#opened = null;
    return null;
  }

  #propose(choices: Choices, job: Job<ReadProgress>): Promise<Proposal> {
    return this.#withOpened(choices, job, 1, (opened) => opened.propose());
  }

  async #keep({ choices, title, from, isCamera }: Keep, job: Job<ReadProgress>): Promise<OwnData> {
    const { database } = this.#platform;
    const read = await this.#withOpened(choices, job, READING, ({ read }) => read(title));
    // What was removed makes room, should there be little.
    await database.purge(Number.POSITIVE_INFINITY);
    job.throwIfCancelled();
    const report = throttled(job);
    const spec = isCamera ? { ...read.spec, isCamera } : read.spec;
    return database.put(
      { ...read, spec },
      {
        from,
        onProgress(written, total) {
          job.throwIfCancelled();
          report({
            share: READING + (1 - READING) * (written / total),
            text: "keeping the images",
          });
        },
      },
    );
  }

  /** Does something with the files; they are opened once for all that is asked of them by the same choices. */
  async #withOpened<Answer>(
    choices: Choices,
    job: Job<ReadProgress>,
    share: number,
    use: (opened: OpenedData) => Promise<Answer>,
  ): Promise<Answer> {
    const report = throttled(job);
    const files = await this.#filesOf(job, report);
    const key = JSON.stringify(choices);
    if (this.#opened?.key !== key || this.#opened.controller.signal.aborted) {
      this.#opened?.controller.abort();
      this.#opened = this.#open(key, files, choices);
    }
    const opened = this.#opened;
    opened.progress = (fraction, text) => report({ share: share * fraction, text });
    const stop = () => opened.controller.abort(job.signal.reason);
    job.signal.addEventListener("abort", stop);
    try {
      return await use(await opened.data);
    } catch (error) {
      // Nothing of what went wrong is gone on with.
      if (this.#opened === opened) this.#opened = null;
      throw error;
    } finally {
      job.signal.removeEventListener("abort", stop);
    }
  }

  #open(key: string, { files, beside }: Files, choices: Choices): Opened {
    const controller = new AbortController();
    const opened: Opened = {
      key,
      controller,
      progress: () => {},
      data: openData(
        { files: files.map(inputOf), beside: beside.map(inputOf), choices },
        {
          decode: this.#platform.decode,
          memory: this.#platform.memory,
          signal: controller.signal,
          progress: (fraction, text) => opened.progress(fraction, text),
        },
      ),
    };
    return opened;
  }

  async #filesOf(job: Job<ReadProgress>, report: (progress: ReadProgress) => void): Promise<Files> {
    if (this.#files) return this.#files;
    if (!("address" in this.#from)) return { files: this.#from.files, beside: [] };
    const { address } = this.#from;
    const fetched = (from: string, what: string) =>
      fetchData(from, this.#platform.fetch, job.signal, (bytes, total) =>
        report({
          share: total === null ? 0 : bytes / total,
          text: `fetching the ${what}, ${(bytes / 1e6).toFixed(1)} MB so far`,
        }),
      );
    const file = await fetched(address, "file");
    const labels = labelsAddress(address);
    // They need not be there: the images are a set without them.
    const beside = labels && (await fetched(labels, "labels").catch(() => null));
    job.throwIfCancelled();
    this.#files = { files: [file], beside: beside ? [beside] : [] };
    return this.#files;
  }

  async #change({ id, change, keepsOld }: OwnDataQuestions["change"]["ask"]): Promise<OwnData> {
    const { database } = this.#platform;
    if (change.kind === "title") {
      return (await database.rename(id, { title: change.title })) ?? gone();
    }
    const kept = await database.read(id, null);
    if (!kept) return gone();
    const { set, dataset } = kept;
    const changed = await changedData(dataset, change);
    const { spec } = changed;
    if (spec.id === id) {
      return (await database.rename(id, { classNames: spec.classNames })) ?? gone();
    }
    return database.put(changed, {
      from: set.from,
      ...(keepsOld ? {} : { replaces: id }),
    });
  }

  async #images({
    id,
    classId,
    from,
    count,
  }: OwnDataQuestions["images"]["ask"]): Promise<ClassImages> {
    const set = (await this.#platform.database.get(id)) ?? gone();
    const pixels = await this.#platform.database.images(set, classId, from, count);
    const { spec, counts } = set;
    return {
      shape: { height: spec.height, width: spec.width, channels: spec.channels },
      count: pixels.length / sizeOf(spec),
      pixels: pixels.slice(),
      all: counts[classId] ?? 0,
    };
  }
}

const gone = (): never => {
  throw new AnswerError("This data set is no longer in this browser.", "Bring its files again.");
};

/** A file of the page's as the formats read it. */
function inputOf({ path, file }: BroughtFile): InputFile {
  const unreadable = (error: unknown): DataFileError => {
    const reason = error instanceof Error ? error.name : String(error);
    return new DataFileError(
      `${path} cannot be read (${reason}): it was moved or changed meanwhile, or is a folder; bring it again.`,
    );
  };
  return {
    path,
    size: file.size,
    async *stream() {
      const reader = file.stream().getReader();
      try {
        for (;;) {
          const { done, value } = await reader.read().catch((error: unknown) => {
            throw unreadable(error);
          });
          if (done) return;
          yield value as Uint8Array<ArrayBuffer>;
        }
      } finally {
        await reader.cancel().catch(() => {});
      }
    },
    async slice(start, end) {
      try {
        return new Uint8Array(await file.slice(start, end).arrayBuffer());
      } catch (error) {
        throw unreadable(error);
      }
    },
  };
}

function throttled(job: Job<ReadProgress>): (progress: ReadProgress) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - reportedAt < REPORT_EVERY) return;
    reportedAt = now;
    job.report(progress);
  };
}

/** Errors of reading and keeping in words: theirs say what would do already. */
export function toAnswerError(error: unknown): AnswerError {
  if (error instanceof StorageError) return new AnswerError(error.message, error.remedy);
  if (error instanceof DataFileError || error instanceof DataChangeError) {
    return new AnswerError(error.message, "");
  }
  if (error instanceof DataError) {
    return new AnswerError(error.message, "Try again, or download the file and drop it here.");
  }
  return toUsualError(error);
}
