import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeWasmPlatform } from "../../../src/cli/wasm-platform";
import { basisOfPca, createWasmAlgebra } from "../../../src/engine/wasm/linear-algebra";
import { symmetricEigen } from "../../../src/math/eigen";
import { sumProducts } from "../../../src/math/gram-sums";
import { decodeWithPca, encodeWithPca, fitPca } from "../../../src/math/pca";
import { createRng } from "../../../src/math/rng";
import { grey28 } from "../image-sets";

const range = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);

/** Images half black, whose pixels hang together. */
function images(count: number): Uint8Array {
  const rng = createRng(3, "images");
  return Uint8Array.from({ length: count * 784 }, (_, i) =>
    i % 28 < 14 ? 0 : (rng.int(64) + Math.floor(i / 784) * 7 + (i % 28) * 9) % 256,
  );
}

/** Entries of the lower triangles that differ. */
const differences = (a: Float64Array, b: Float64Array) =>
  a.reduce((n, value, i) => (i % 784 <= i / 784 && value !== b[i] ? n + 1 : n), 0);

describe.each(["relaxed", "simd"] as const)("linear algebra by %s kernels", async (variant) => {
  const algebra = await createWasmAlgebra(nodeWasmPlatform, { variant });

  it("has core's eigenvalues and eigenvectors, to the bit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 33 }), fc.nat(), fc.boolean(), (size, seed, sparse) => {
        const rng = createRng(seed, "matrix");
        const matrix = Float64Array.from({ length: size * size }, () =>
          sparse && rng.float() < 0.8 ? 0 : 10 ** (6 * rng.float()) * (rng.float() - 0.5),
        );
        expect(algebra.eigen(matrix, size)).toEqual(symmetricEigen(matrix, size));
      }),
      { numRuns: 60 },
    );
  });

  it("says that a NaN does not converge", () => {
    expect(() => algebra.eigen(new Float64Array(9).fill(Number.NaN), 3)).toThrow(/NaN/);
  });

  it("sums any number of images as core does", () => {
    const all = images(1030);
    for (const indices of [range(1), range(512), range(1030), Uint32Array.of(700, 3, 3, 9)]) {
      const [ours, cores] = [
        algebra.sumProducts(grey28(all), indices),
        sumProducts(grey28(all), indices),
      ];
      expect(ours.sums).toEqual(cores.sums);
      expect(differences(ours.products, cores.products)).toBe(0);
    }
    const white = new Uint8Array(784 * 1024).fill(255);
    const { products } = algebra.sumProducts(grey28(white), range(1024));
    expect(products[0]).toBe(1024 * 255 * 255);
  });
});

it("sums the same on several threads", async () => {
  const all = grey28(images(1030));
  const three = await createWasmAlgebra(nodeWasmPlatform, { threads: 3 });
  try {
    const { sums, products } = three.sumProducts(all, range(1030));
    const cores = sumProducts(all, range(1030));
    expect(sums).toEqual(cores.sums);
    expect(differences(products, cores.products)).toBe(0);
  } finally {
    three.dispose();
  }
});

it("a fit of an odd number of pixels is the same to the bit with kernels", async () => {
  const set = { shape: { height: 5, width: 9, channels: 1 }, images: images(1).slice(0, 45 * 17) };
  const kernels = await createWasmAlgebra(nodeWasmPlatform);
  expect(fitPca(set, range(17), kernels)).toEqual(fitPca(set, range(17)));
});

it("a fit is the same to the bit with kernels and without", async () => {
  // 196 pixels: of 784 the fit without kernels took 5 s.
  const set = { shape: { height: 14, width: 14, channels: 1 }, images: images(75) };
  const kernels = await createWasmAlgebra(nodeWasmPlatform);
  expect(fitPca(set, range(300), kernels)).toEqual(fitPca(set, range(300)));
});

it("components as a basis encode and decode as plain TypeScript does, any number of them", async () => {
  const set = grey28(images(150));
  const pca = fitPca(set, range(150));
  const basis = await basisOfPca(nodeWasmPlatform, pca, 100);
  for (const size of [1, 64, 65, 100]) {
    const plain = encodeWithPca(pca, size, set, range(70));
    const { codes } = encodeWithPca(pca, size, set, range(70), basis);
    expect(largestDifference(codes, plain.codes)).toBeLessThan(1e-12);
    const kept = (row: number) => 1 + (row % size);
    const [ours, theirs] = [basis, undefined].map((each) =>
      decodeWithPca(pca, size, plain.codes, kept, each),
    );
    expect(largestDifference(ours!, theirs!)).toBeLessThan(1e-7);
  }
});

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
