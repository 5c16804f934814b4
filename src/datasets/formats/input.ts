/** Files that somebody brings, wherever they lie: on a disk, in a drop on the page, in an archive, in memory. */

/** What is wrong with them; the message names the file, says what is wrong and what would do. */
export class DataFileError extends Error {
  override readonly name = "DataFileError";
}

export interface InputFile {
  /** Folders and name with "/" between them: "train/cats/1.png". */
  readonly path: string;
  /** Bytes; null where only unpacking tells. */
  readonly size: number | null;
  /** All its bytes from the first, as they come. @throws DataFileError where it cannot be read */
  stream(): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Some of its bytes, without those before; left out where it has to be unpacked from its start. */
  readonly slice?: (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;
}

/** What reading files needs of where it happens. */
export interface ReadHost {
  readonly decode: DecodePicture;
  /** Bytes of memory that the device has, where it tells. */
  readonly memory?: number | undefined;
  readonly signal?: AbortSignal;
  /** @param fraction of the files' bytes that have been read, 0 to 1 */
  readonly progress?: (fraction: number, text: string) => void;
}

/**
 * Pixels of a PNG, JPEG, WebP or GIF (its first frame), upright: browsers have a decoder of their own,
 * and Node has none. A DataFileError says why none can be decoded; whatever else it throws, the picture is damaged.
 */
export type DecodePicture = (bytes: Uint8Array<ArrayBuffer>) => Promise<DecodedPicture>;

export interface DecodedPicture {
  readonly height: number;
  readonly width: number;
  /** height × width × 4 bytes, row by row: red, green, blue and alpha, not premultiplied. */
  readonly rgba: Uint8Array | Uint8ClampedArray;
}

/** "1.png" of "train/cats/1.png". */
export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

export function inMemory(path: string, bytes: Uint8Array<ArrayBuffer>): Sliceable {
  return {
    path,
    size: bytes.length,
    async *stream() {
      // Slowly enough that reading can be taken back in between.
      for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
    },
    slice: async (start, end) => bytes.slice(start, end),
  };
}

const CHUNK = 1 << 20;

/** A file of which any bytes can be had. */
export type Sliceable = Required<InputFile> & { readonly size: number };

/** The same file; one that has to be unpacked is, into memory. @throws DataFileError for over `most` bytes */
export async function withSlices(file: InputFile, most: number): Promise<Sliceable> {
  const { path, size, slice } = file;
  if (size !== null && slice) return { path, size, slice, stream: () => file.stream() };
  return inMemory(path, await wholeOf(file, most));
}

/** Bytes from one place to another, in pieces. */
export async function* sliceStream(
  { slice }: Sliceable,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = start; at < end; at += CHUNK) yield await slice(at, Math.min(end, at + CHUNK));
}

/** The first bytes of a file, fewer where it has no more. */
export async function headOf(file: InputFile, length: number): Promise<Uint8Array<ArrayBuffer>> {
  if (file.slice) return file.slice(0, Math.min(length, file.size ?? length));
  const reader = new ByteReader(file);
  try {
    return await reader.upTo(length);
  } finally {
    await reader.close();
  }
}

/**
 * All bytes of a file.
 *
 * @throws DataFileError where it has more than `most`: what a megabyte unpacks to may fill the memory
 */
export async function wholeOf(file: InputFile, most: number): Promise<Uint8Array<ArrayBuffer>> {
  if ((file.size ?? 0) > most) throw tooLarge(file.path, most);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const piece of file.stream()) {
    length += piece.length;
    if (length > most) throw tooLarge(file.path, most);
    pieces.push(piece);
  }
  return joined(pieces, length);
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6).toLocaleString("en")} MB`;

function tooLarge(path: string, most: number): DataFileError {
  return new DataFileError(
    `${path} has over ${megabytes(most)}, more than a data set of images can need here: bring a part of it.`,
  );
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece.subarray(0, length - at), at);
    at += piece.length;
  }
  return all;
}

/** Reads a file's bytes in order, as many at a time as are asked for. */
export class ByteReader {
  readonly #path: string;
  readonly #chunks: AsyncIterator<Uint8Array<ArrayBuffer>>;
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Bytes so far. */
  position = 0;

  constructor(file: InputFile) {
    this.#path = file.path;
    this.#chunks = file.stream()[Symbol.asyncIterator]();
  }

  /** The next bytes, fewer at the end of the file. */
  async upTo(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const pieces = [this.#rest];
    let there = this.#rest.length;
    while (there < length) {
      const { done, value } = await this.#chunks.next();
      if (done) break;
      pieces.push(value);
      there += value.length;
    }
    const taken = Math.min(there, length);
    const last = pieces.at(-1)!;
    const bytes = pieces.length === 1 ? last.subarray(0, taken) : joined(pieces, taken);
    this.#rest = last.subarray(last.length - (there - taken));
    this.position += taken;
    return bytes;
  }

  /** @throws DataFileError where the file ends before */
  async exactly(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.upTo(length);
    if (bytes.length === length) return bytes;
    throw new DataFileError(
      `${this.#path} is cut off after ${this.position.toLocaleString("en")} bytes: get the whole file again.`,
    );
  }

  /** @throws DataFileError where the file goes on */
  async end(): Promise<void> {
    if ((await this.upTo(1)).length === 0) return;
    throw new DataFileError(
      `${this.#path} goes on after the ${(this.position - 1).toLocaleString("en")} bytes that it says it has: it is damaged, or of another kind.`,
    );
  }

  /** Lets go of a file that is not read to its end. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

/**
 * The same files, whose reading is told of and ends, with the signal's reason, where the signal says so.
 *
 * @param text what the reading is for, for people
 */
export function watched(
  files: readonly InputFile[],
  { signal, progress }: ReadHost,
  text: string,
): InputFile[] {
  const total = Math.max(
    1,
    files.reduce((sum, { size }) => sum + (size ?? 0), 0),
  );
  let read = 0;
  const heard = (bytes: number) => {
    signal?.throwIfAborted();
    read += bytes;
    progress?.(Math.min(1, read / total), text);
  };
  return files.map((file) => {
    const { slice } = file;
    return {
      path: file.path,
      size: file.size,
      async *stream() {
        for await (const chunk of file.stream()) {
          heard(chunk.length);
          yield chunk;
        }
      },
      ...(slice && {
        async slice(start: number, end: number) {
          const bytes = await slice(start, end);
          heard(bytes.length);
          return bytes;
        },
      }),
    };
  });
}
