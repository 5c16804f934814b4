/** What files are, by their bytes, with those inside of archives in the archives' place. */

import { unpackTar } from "modern-tar";
import {
  baseName,
  DataFileError,
  headOf,
  type InputFile,
  inMemory,
  wholeOf,
  withSlices,
} from "./input";
import { zipEntries } from "./zip";

/** What tells one kind from another; "other" is all that begins like none of them. */
export type Kind = "idx" | "numpy" | "parquet" | "picture" | "text" | "other";

export interface KnownFile extends InputFile {
  readonly kind: Kind;
  /** Its first bytes, as many as its kind is read by. */
  readonly head: Uint8Array<ArrayBuffer>;
}

/** A tar's mark is behind 257 bytes, and a table's first line of 784 names within 10,000. */
const HEAD = 16_384;
/** Of each kind what is kept, where there may be 100,000 of them: the message about a file reads 512, CIFAR's 3,075. */
const KEPT_HEAD: Readonly<Record<Kind, number>> = {
  idx: HEAD,
  numpy: HEAD,
  parquet: 512,
  picture: 512,
  text: 512,
  other: 4096,
};
/** A tar has no list of what is in it, and is unpacked as a whole, as are archives in archives: CIFAR-10's has 184 MB. */
const MOST_ARCHIVE_BYTES = 600e6;
/** An archive in an archive in an archive: a fourth is no data set. */
const DEEPEST = 3;
const MOST_FILES = 250_000;
/** Files whose first bytes are read side by side: one after another, 70,000 take a browser 20 s. */
const AT_ONCE = 16;

/**
 * The files with their kinds, sorted by path. What systems put beside files of their own is left out.
 *
 * @throws DataFileError for archives that are damaged or hold more than can be meant
 */
export async function unpacked(files: readonly InputFile[]): Promise<KnownFile[]> {
  const found: KnownFile[] = [];
  await unpackInto(found, files, 0);
  return found.sort((a, b) => byName(a.path, b.path));
}

/**
 * Files that were not brought, and lie beside those that were: archives are left out, and what is damaged.
 */
export async function lookedAt(files: readonly InputFile[]): Promise<KnownFile[]> {
  const found = await Promise.all(
    files.map(async (file): Promise<KnownFile[]> => {
      try {
        const head = await headOf(file, HEAD);
        const plain = isGzip(head) ? plainOf(file) : file;
        const start = plain === file ? head : await headOf(plain, HEAD);
        return [knownFile(plain, start)];
      } catch (error) {
        if (error instanceof DataFileError) return [];
        throw error;
      }
    }),
  );
  return found.flat().sort((a, b) => byName(a.path, b.path));
}

function knownFile(file: InputFile, head: Uint8Array<ArrayBuffer>): KnownFile {
  const kind = kindOf(head);
  // A copy: a view would keep all of what was read.
  return { ...file, kind, head: head.slice(0, KEPT_HEAD[kind]) };
}

/** "2" comes before "10". */
const byName = new Intl.Collator("en", { numeric: true }).compare;

async function unpackInto(found: KnownFile[], files: readonly InputFile[], depth: number) {
  const visible = files.filter(({ path }) => !isOfSystem(path));
  if (found.length + visible.length > MOST_FILES) {
    throw new DataFileError(
      `There are over ${MOST_FILES.toLocaleString("en")} files: bring a part of them.`,
    );
  }
  for (let at = 0; at < visible.length; at += AT_ONCE) {
    const some = visible.slice(at, at + AT_ONCE);
    const heads = await Promise.all(some.map((file) => headOf(file, HEAD)));
    for (const [i, file] of some.entries()) {
      const head = heads[i]!;
      const inside = await insideOf(file, head);
      if (!inside) found.push(knownFile(file, head));
      else if (depth < DEEPEST) await unpackInto(found, inside, depth + 1);
      else {
        throw new DataFileError(
          `${file.path} is an archive within archives within archives: unpack it, and bring what is in it.`,
        );
      }
    }
  }
}

/** .DS_Store, ._1.png, __MACOSX/1.png, Thumbs.db. */
function isOfSystem(path: string): boolean {
  return /(^|\/)(\.[^/]*|__MACOSX\/.*|Thumbs\.db|desktop\.ini)$/i.test(path);
}

const ascii = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

function kindOf(head: Uint8Array): Kind {
  const begins = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  if (begins(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)) return "numpy";
  if (begins(0x50, 0x41, 0x52, 0x31)) return "parquet";
  if (isPicture(head)) return "picture";
  // Two zeros, the numbers' type, how many sizes there are.
  if (begins(0, 0) && head[2]! >= 8 && head[2]! <= 14 && head[3]! >= 1 && head[3]! <= 4)
    return "idx";
  return isText(head) ? "text" : "other";
}

function isPicture(head: Uint8Array): boolean {
  const begin = ascii(head.subarray(0, 12));
  return /^(\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF[\s\S]{4}WEBP)/.test(begin);
}

/** UTF-8 without control characters but tabs and line breaks. */
function isText(head: Uint8Array): boolean {
  return (
    head.length > 0 &&
    head.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d)
  );
}

/** The files in an archive; null where it is none. */
async function insideOf(file: InputFile, head: Uint8Array): Promise<readonly InputFile[] | null> {
  if (isGzip(head)) return [plainOf(file)];
  if (head[0] === 0x50 && head[1] === 0x4b && head[2]! <= 7) {
    return zipEntries(await withSlices(file, MOST_ARCHIVE_BYTES));
  }
  if (ascii(head.subarray(257, 262)) === "ustar") return tarEntries(file);
  return null;
}

const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

function plainOf(file: InputFile): InputFile {
  const path = file.path.replace(/\.(gz|gzip)$/i, "").replace(/\.tgz$/i, ".tar");
  return { path, size: null, stream: () => gunzipped(file) };
}

async function* gunzipped(file: InputFile): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const packed = file.stream()[Symbol.asyncIterator]();
  let failure: unknown;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await packed.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        failure = error;
        controller.error(error);
      }
    },
    async cancel() {
      await packed.return?.();
    },
  });
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch {
    if (failure !== undefined) throw failure;
    throw new DataFileError(
      `${file.path} is cut off or damaged: it begins as gzip does and cannot be unpacked to its end; get it again.`,
    );
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function tarEntries(file: InputFile): Promise<InputFile[]> {
  const bytes = await wholeOf(file, MOST_ARCHIVE_BYTES);
  try {
    const entries = await unpackTar(bytes, { strict: true });
    return entries.flatMap(({ header, data }) =>
      header.type === "file" && data ? [inMemory(header.name.replace(/^\.\//, ""), data)] : [],
    );
  } catch {
    throw new DataFileError(
      `${file.path} is cut off or damaged: it begins as a tar archive does, and cannot be unpacked; get it again.`,
    );
  }
}

/** The first of a data set's files by the folders' names, or all that are called so: "train", "test". */
export const isOfTestPart = (path: string): boolean =>
  /(^|[^a-z])(t10k|test|testing|test\d*|val|valid|validation)([^a-z]|$)/i.test(path.toLowerCase());

/** For people: "a.csv", or "a.csv and 3 others". */
export function filesText(files: readonly { readonly path: string }[]): string {
  const [first, ...others] = files.map(({ path }) => baseName(path));
  if (others.length === 0) return first ?? "no file";
  return others.length === 1 ? `${first} and ${others[0]}` : `${first} and ${others.length} others`;
}
