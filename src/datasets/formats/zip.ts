/**
 * The files in a zip, each read alone and in pieces, by the list at its end (PKWARE's APPNOTE.TXT 6.3.10).
 *
 * fflate, which unpacks them, reads a zip as a whole, and without its checksums. zip.js reads each alone,
 * and took 7 ms for each of 10,000 pictures of 500 bytes, where 70,000 are usual.
 */

import { Inflate } from "fflate";
import { crc32 } from "../../checks/crc32";
import { DataFileError, type InputFile, type Sliceable, sliceStream } from "./input";

/** Section 4.3.16, and 4.3.14 and 4.3.15 for more than 65,535 files or 4 GB. */
const END = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const LOCATOR = 0x07064b50;
const LOCATOR_BYTES = 20;
const END_64 = 0x06064b50;
/** 70,000 files with names of 100 letters take 11 MB. */
const MOST_DIRECTORY_BYTES = 100e6;

interface Entry {
  readonly path: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

/** @throws DataFileError where its list of files is not there, or a password is needed */
export async function zipEntries(zip: Sliceable): Promise<InputFile[]> {
  const entries = entriesOf(await directoryOf(zip), zip.path);
  if (entries.some(({ flags }) => (flags & 1) !== 0)) {
    throw new DataFileError(
      `${zip.path} is locked by a password: unpack it, and bring what is in it.`,
    );
  }
  return entries.map((entry) => ({
    path: entry.path,
    size: entry.size,
    stream: () => entryStream(zip, entry),
  }));
}

async function directoryOf(zip: Sliceable): Promise<DataView> {
  const from = Math.max(0, zip.size - END_BYTES - LONGEST_COMMENT - LOCATOR_BYTES);
  const tail = viewOf(await zip.slice(from, zip.size));
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END) end--;
  if (end < 0) throw damaged(zip.path);
  let [size, at] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
  const locator = end - LOCATOR_BYTES;
  if (locator >= 0 && tail.getUint32(locator, true) === LOCATOR) {
    const record = Number(tail.getBigUint64(locator + 8, true));
    const end64 = viewOf(await zip.slice(record, record + 56));
    if (end64.byteLength < 56 || end64.getUint32(0, true) !== END_64) throw damaged(zip.path);
    size = Number(end64.getBigUint64(40, true));
    at = Number(end64.getBigUint64(48, true));
  }
  if (at + size > zip.size || size > MOST_DIRECTORY_BYTES) throw damaged(zip.path);
  return viewOf(await zip.slice(at, at + size));
}

/** Section 4.3.12; folders, whose names end in "/", are left out. */
function entriesOf(directory: DataView, zip: string): Entry[] {
  const entries: Entry[] = [];
  const utf8 = new TextDecoder();
  for (let at = 0; at + 46 <= directory.byteLength; ) {
    const short = (place: number) => directory.getUint16(at + place, true);
    const long = (place: number) => directory.getUint32(at + place, true);
    const [name, extra, comment] = [short(28), short(30), short(32)];
    const next = at + 46 + name + extra + comment;
    if (long(0) !== 0x02014b50 || next > directory.byteLength) throw damaged(zip);
    const path = utf8
      .decode(new Uint8Array(directory.buffer, directory.byteOffset + at + 46, name))
      .replaceAll("\\", "/");
    if (!path.endsWith("/")) {
      const wide = wideNumbers(directory, at + 46 + name, extra);
      const number = (place: number) => {
        const value = long(place);
        return value === 0xffffffff ? (wide.shift() ?? value) : value;
      };
      // In the order in which the extra field has those that do not fit.
      const [size, packed, offset] = [number(24), number(20), number(42)];
      entries.push({
        path,
        flags: short(8),
        method: short(10),
        crc: long(16),
        packed,
        size,
        at: offset,
      });
    }
    at = next;
  }
  return entries;
}

/** Section 4.5.3: sizes and places of more than 4 GB. */
function wideNumbers(directory: DataView, from: number, length: number): number[] {
  for (let at = from; at + 4 <= from + length; ) {
    const size = directory.getUint16(at + 2, true);
    if (directory.getUint16(at, true) === 1) {
      const count = Math.min(3, Math.floor(Math.min(size, from + length - at - 4) / 8));
      return Array.from({ length: count }, (_, i) =>
        Number(directory.getBigUint64(at + 4 + 8 * i, true)),
      );
    }
    at += 4 + size;
  }
  return [];
}

async function* entryStream(zip: Sliceable, entry: Entry): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const header = viewOf(await zip.slice(entry.at, entry.at + 30));
  if (header.byteLength < 30 || header.getUint32(0, true) !== 0x04034b50) throw damaged(zip.path);
  const start = entry.at + 30 + header.getUint16(26, true) + header.getUint16(28, true);
  const packed = sliceStream(zip, start, start + entry.packed);
  let crc = 0;
  let size = 0;
  for await (const piece of unpackedBy(entry, packed, zip.path)) {
    size += piece.length;
    // What unpacks to more than its list says is made to fill the memory.
    if (size > entry.size) throw damaged(zip.path, entry);
    crc = crc32(piece, crc);
    yield piece;
  }
  if (size !== entry.size || crc !== entry.crc) throw damaged(zip.path, entry);
}

async function* unpackedBy(
  entry: Entry,
  packed: AsyncIterable<Uint8Array<ArrayBuffer>>,
  zip: string,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (entry.method === 0) {
    yield* packed;
    return;
  }
  if (entry.method !== 8) {
    throw new DataFileError(
      `${entry.path} in ${zip} is packed by another method than a zip's usual one: unpack the zip, and bring what is in it.`,
    );
  }
  let ready: Uint8Array<ArrayBuffer>[] = [];
  const inflate = new Inflate((piece) => ready.push(piece));
  const push = (piece: Uint8Array, isLast: boolean) => {
    try {
      inflate.push(piece, isLast);
    } catch {
      throw damaged(zip, entry);
    }
  };
  let left = entry.packed;
  for await (const piece of packed) {
    // A byte unpacks to at most 1,032: in pieces, a bomb is noticed before it fills the memory.
    for (let at = 0; at < piece.length; at += 65_536) {
      const part = piece.subarray(at, at + 65_536);
      left -= part.length;
      push(part, left === 0);
      const pieces = ready;
      ready = [];
      yield* pieces;
    }
  }
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function damaged(zip: string, entry?: Entry): DataFileError {
  return new DataFileError(
    entry
      ? `${entry.path} in ${zip} is damaged: it does not unpack to what the zip says; get the zip again.`
      : `${zip} is cut off or damaged: it begins as a zip does, and its list of files cannot be read; get it again.`,
  );
}
