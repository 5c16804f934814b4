/** NumPy's files: .npy for one array, .npz for several by name. */

import { zipFiles } from "./files";

/** An array with its shape; numbers are stored as they are, little-endian. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Uint32Array | Uint8Array;
}

/** NumPy's names of the element types. */
function typeOf(values: NumpyArray["values"]): string {
  if (values instanceof Float32Array) return "<f4";
  return values instanceof Uint32Array ? "<u4" : "|u1";
}

/**
 * The bytes of a .npy file, version 1.0 of the format: a magic word, a Python dictionary that
 * spaces and a newline fill up to a multiple of 64 bytes, and the numbers in C's order.
 *
 * @throws RangeError where the shape does not hold as many numbers as there are
 */
export function npyFile({ shape, values }: NumpyArray): Uint8Array {
  const size = shape.reduce((product, axis) => product * axis, 1);
  if (size !== values.length) {
    throw new RangeError(
      `An array of shape [${shape.join(", ")}] cannot have ${values.length} numbers.`,
    );
  }
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const words = `{'descr': '${typeOf(values)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = 10;
  const length = Math.ceil((before + words.length + 1) / 64) * 64;
  const file = new Uint8Array(length + values.byteLength);
  file.set([0x93, ...ascii("NUMPY"), 1, 0]);
  new DataView(file.buffer).setUint16(8, length - before, true);
  file.set(ascii(`${words.padEnd(length - before - 1)}\n`), before);
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), length);
  return file;
}

/** The bytes of a .npz file: `np.load` finds each array by its name. */
export function npzFile(arrays: Readonly<Record<string, NumpyArray>>): Uint8Array {
  return zipFiles(
    Object.entries(arrays).map(([name, array]) => ({ path: `${name}.npy`, bytes: npyFile(array) })),
  );
}

function ascii(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}
