/** Reads IDX, the file format of MNIST and Fashion-MNIST (described on Y. LeCun's MNIST page). */

/** The file is not what it should be; the message names it and says what is wrong. */
export class IdxError extends Error {
  override readonly name = "IdxError";
}

export interface IdxImages {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** count × rows × columns bytes. */
  readonly pixels: Uint8Array;
}

/** Magic numbers: two zeros, 8 for unsigned bytes, and the number of dimensions. */
const IMAGES_MAGIC = 0x00000803;
const LABELS_MAGIC = 0x00000801;

/**
 * Images from an IDX file of unsigned bytes in three dimensions.
 *
 * @param bytes the whole file, uncompressed; the pixels returned are a view of it
 * @param name for messages
 * @throws IdxError for a wrong magic number, an empty size, or too few or too many bytes
 */
export function parseIdxImages(bytes: Uint8Array, name: string): IdxImages {
  const [count, rows, columns] = dimensions(bytes, name, IMAGES_MAGIC, 3, "images");
  return { count: count!, rows: rows!, columns: columns!, pixels: bytes.subarray(16) };
}

/** Labels from an IDX file of unsigned bytes in one dimension; errors are `parseIdxImages`'s. */
export function parseIdxLabels(bytes: Uint8Array, name: string): Uint8Array {
  dimensions(bytes, name, LABELS_MAGIC, 1, "labels");
  return bytes.subarray(8);
}

function dimensions(
  bytes: Uint8Array,
  name: string,
  magic: number,
  rank: number,
  what: string,
): number[] {
  const header = 4 + 4 * rank;
  if (bytes.length < header) {
    throw new IdxError(
      `${name} is cut off: an IDX file of ${what} begins with ${header} bytes, and it has ${bytes.length}.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = view.getUint32(0);
  if (found !== magic) {
    const hint = found >>> 16 === 0x1f8b ? " It is gzip: decompress it first." : "";
    throw new IdxError(
      `${name} is not an IDX file of ${what}: it begins with ${hex(found)}, not ${hex(magic)}.${hint}`,
    );
  }
  const sizes = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  if (sizes.some((size) => size === 0)) {
    throw new IdxError(`${name} is empty: its sizes are ${sizes.join(" × ")}.`);
  }
  const expected = header + sizes.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) {
    throw new IdxError(
      `${name} ${bytes.length < expected ? "is cut off" : "is too long"}: ${sizes.join(" × ")} ${what} take ${expected} bytes, and it has ${bytes.length}.`,
    );
  }
  return sizes;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
