/** Arrays as NumPy reads them. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type NumpyArray, npzFile } from "../../src/export/npy";
import { python } from "./python";

const ARRAYS: Readonly<Record<string, NumpyArray>> = {
  "latent.0": { shape: [2, 3], values: Float32Array.of(0, -1.5, 1 / 3, 3e38, 1e-40, 7) },
  one: { shape: [4], values: Uint32Array.of(0, 1, 2 ** 31, 2 ** 32 - 1) },
  bytes: { shape: [1, 2, 2], values: Uint8Array.of(0, 1, 254, 255) },
  scalar: { shape: [], values: Float32Array.of(Math.PI) },
};
const TYPES = { "latent.0": "float32", one: "uint32", bytes: "uint8", scalar: "float32" };

const PROGRAM = `import numpy as np, json
arrays = np.load('arrays.npz')
print(json.dumps({n: [str(a.dtype), list(a.shape), a.tobytes().hex()] for n, a in arrays.items()}))`;

it("an .npz is read to the same numbers, types and shapes", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "latent-loom-"));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, "arrays.npz"), npzFile(ARRAYS));
  const found = JSON.parse(await python(["-c", PROGRAM], { cwd }));
  expect(Object.keys(found).sort()).toEqual(Object.keys(ARRAYS).sort());
  for (const [name, type] of Object.entries(TYPES)) {
    const { shape, values } = ARRAYS[name]!;
    expect(found[name]).toEqual([type, shape, Buffer.from(values.buffer).toString("hex")]);
  }
});
