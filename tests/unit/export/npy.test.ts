import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { type NumpyArray, npyFile, npzFile } from "../../../src/export/npy";

const ARRAYS: Readonly<Record<string, NumpyArray>> = {
  "latent.0": { shape: [2, 3], values: Float32Array.of(0, -1.5, 1 / 3, 3e38, 1e-40, 7) },
  one: { shape: [4], values: Uint32Array.of(0, 1, 2 ** 31, 2 ** 32 - 1) },
  bytes: { shape: [1, 2, 2], values: Uint8Array.of(0, 1, 254, 255) },
  scalar: { shape: [], values: Float32Array.of(Math.PI) },
};

/** The numbers of a .npy file, by the format's own description. */
function read(file: Uint8Array): { header: string; values: Uint8Array } {
  const view = new DataView(file.buffer, file.byteOffset);
  const length = view.getUint16(8, true);
  const header = new TextDecoder().decode(file.subarray(10, 10 + length));
  return { header, values: file.slice(10 + length) };
}

describe("npyFile", () => {
  it("writes a header of a multiple of 64 bytes, and the numbers as they are", () => {
    for (const array of Object.values(ARRAYS)) {
      const file = npyFile(array);
      const { header, values } = read(file);
      expect([...file.subarray(0, 8)]).toEqual([0x93, ...Buffer.from("NUMPY"), 1, 0]);
      expect((10 + header.length) % 64).toBe(0);
      expect(header.at(-1)).toBe("\n");
      expect(values).toEqual(new Uint8Array(array.values.buffer));
    }
    expect(read(npyFile(ARRAYS.one!)).header).toContain(
      "{'descr': '<u4', 'fortran_order': False, 'shape': (4,), }",
    );
  });

  it("takes a view of a larger buffer for what it is", () => {
    const view = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(new Float32Array(read(npyFile({ shape: [2], values: view })).values.buffer)).toEqual(
      Float32Array.of(2, 3),
    );
  });

  it("refuses a shape that does not fit", () => {
    const attempt = () => npyFile({ shape: [2, 2], values: new Float32Array(3) });
    expect(attempt).toThrow("shape [2, 2] cannot have 3 numbers");
  });
});

describe("npzFile", () => {
  it("has an .npy file for each name", () => {
    const files = unzipSync(npzFile(ARRAYS));
    expect(Object.keys(files)).toEqual(Object.keys(ARRAYS).map((name) => `${name}.npy`));
    expect(files["latent.0.npy"]).toEqual(npyFile(ARRAYS["latent.0"]!));
  });
});
