/** What PCA spends its time on, by kernels. Of small images the same bits as plain TypeScript computes, about four times as fast. */

import { type Basis, BLOCK as ROWS, rowsOf, wholeBlocks } from "../../math/basis";
import { byFallingValue, NO_CONVERGENCE, type SymmetricEigen } from "../../math/eigen";
import type { PixelSums } from "../../math/gram-sums";
import { type ImageSet, sizeOf } from "../../math/image-set";
import type { CovarianceSpace } from "../../math/krylov";
import { componentBasis, fitPca, MOST_EXACT, type Pca, type PcaAlgebra } from "../../math/pca";
import { addScaled } from "../../math/vectors";
import { Arena } from "./arena";
import { chooseVariant, compileKernels, instantiate, type Kernels } from "./kernels";
import { all, CHUNK, evenTable, panelsOf, product, tilesOf } from "./lower/gemm";
import type { KernelVariant, WasmPlatform } from "./platform";
import { grainFor, instruction, rangeJob } from "./program";
import { Runtime } from "./runtime";

/** Images summed at a time: 784 rows of them take 0.8 MB, which a core's second cache holds. */
const IMAGES = 512;
/** Rows and columns of a covariance that are summed together. */
const FOUR = 4;
/** Products that a fit sums, for which threads are worth their start: a third of a second of one core. */
const MANY = 1e10;
/** Eigenvectors reflected at a time: a reflection's row is read once for all of them. */
const REFLECTED = 8;

export interface PcaTask {
  readonly set: ImageSet;
  readonly indices: Uint32Array;
  /** Components of images of over 1,024 numbers. */
  readonly most: number;
  /** For such images, and for many; the fit has the same bits on any number of them. */
  readonly threads: number;
}

/**
 * `fitPca` by kernels; where the host has no SIMD, or they cannot be loaded, by plain TypeScript.
 *
 * @throws RangeError as `fitPca`, OutOfMemoryError
 */
export async function fitPcaByKernels(
  platform: WasmPlatform,
  { set, indices, most, threads }: PcaTask,
): Promise<Pca> {
  const size = sizeOf(set.shape);
  const wanted = size > MOST_EXACT || indices.length * size ** 2 > MANY ? threads : 1;
  const algebra = await createWasmAlgebra(platform, { threads: wanted }).catch(() => undefined);
  try {
    return fitPca(set, indices, algebra, most);
  } finally {
    algebra?.dispose();
  }
}

/**
 * Kernels ready for `fitPca`, until they are disposed of. `variant` overrides detection.
 *
 * @throws Error where the host has no SIMD, or the kernels cannot be loaded
 */
export async function createWasmAlgebra(
  platform: WasmPlatform,
  { threads = 1, variant }: { readonly threads?: number; readonly variant?: KernelVariant } = {},
): Promise<PcaAlgebra & { dispose(): void }> {
  const module = await compileKernels(platform, variant ?? (await chooseVariant()), false);
  // Each call has a memory of its own, so that nothing is held between them.
  const open = () => {
    const arena = new Arena(false);
    return { arena, kernels: instantiate(module, arena.memory) };
  };
  // Threads that do not start cost time alone.
  const runtime = await Runtime.start(platform, threads, variant).catch(() =>
    Runtime.start(platform, 1, variant),
  );
  return {
    sumProducts: (set, indices) => sumProducts(runtime, set, indices),
    eigen: (matrix, size) => eigen(open(), matrix, size),
    space: (set, indices, mean) => ({
      scatter: scatterOf(runtime, set, indices, mean),
      ...basisOf(open(), sizeOf(set.shape)),
    }),
    dispose: () => runtime.dispose(),
  };
}

/**
 * A PCA's first components as a basis in the kernels' memory, which encodes and decodes about eight times as fast as
 * the plain one: 1,400 images of 784 numbers at 256 components in 96 ms for 836. The plain one where the host has
 * no SIMD, or the kernels cannot be loaded.
 *
 * @param most components that are wanted
 */
export async function basisOfPca(
  platform: WasmPlatform,
  pca: Pick<Pca, "mean" | "components">,
  most: number,
): Promise<Basis> {
  return kernelBasis(platform, pca, most).catch(() => componentBasis(pca));
}

async function kernelBasis(
  platform: WasmPlatform,
  { mean, components }: Pick<Pca, "mean" | "components">,
  most: number,
): Promise<Basis> {
  const module = await compileKernels(platform, await chooseVariant(), false);
  const arena = new Arena(false);
  const size = mean.length;
  const basis = basisOf({ arena, kernels: instantiate(module, arena.memory) }, size);
  for (let from = 0; from < Math.min(most * size, components.length); from += ROWS * size) {
    const block = new Float64Array(ROWS * size);
    block.set(components.subarray(from, from + ROWS * size));
    basis.keep(block);
  }
  return basis;
}

interface Opened {
  readonly arena: Arena;
  readonly kernels: Kernels;
}

function sumProducts(
  runtime: Runtime,
  { shape, images }: ImageSet,
  indices: Uint32Array,
): PixelSums {
  const { arena } = runtime;
  const size = sizeOf(shape);
  // The kernel takes four pixels at a time: those that are none stay 0.
  const side = Math.ceil(size / FOUR) * FOUR;
  const octets = arena.allocate(IMAGES * size);
  const pixels = arena.allocate(side * IMAGES * 2);
  const sums = arena.allocate(size * 8);
  const products = arena.allocate(side * side * 8);
  const program = runtime.load([
    [
      rangeJob(
        size,
        grainFor(size, runtime.threads),
        instruction("gatherPixels", {
          images: octets,
          count: IMAGES,
          size,
          to: pixels,
          sums,
          firstPixel: CHUNK.from,
          lastPixel: CHUNK.to,
        }),
      ),
    ],
    [
      // The last rows are the longest: small chunks.
      rangeJob(
        side / FOUR,
        grainFor(side / FOUR, 8 * runtime.threads),
        instruction("addProducts", {
          pixels,
          size: side,
          count: IMAGES,
          products,
          firstRow: { base: 0, stride: FOUR, by: "from" },
          lastRow: { base: 0, stride: FOUR, by: "to" },
        }),
      ),
    ],
  ]);
  for (let from = 0; from < indices.length; from += IMAGES) {
    const some = indices.subarray(from, from + IMAGES);
    const room = arena.octets(octets, IMAGES * size);
    if (some.length < IMAGES) room.fill(0);
    for (const [i, image] of some.entries()) {
      room.set(images.subarray(image * size, (image + 1) * size), i * size);
    }
    runtime.run(program);
  }
  const filled = arena.doubles(products, side * side);
  const packed = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    packed.set(filled.subarray(row * side, row * side + size), row * size);
  }
  return { sums: arena.doubles(sums, size).slice(), products: packed };
}

/** Images multiplied at a time. */
const TOGETHER = 128;
/** Times so many images, whose products are summed in single precision. */
const SUMMED = 16;
/** Groups of images that threads take side by side. As many on any number of threads: the same bits. */
const MOST_GROUPS = 4;
/**
 * Pixels at a time: those of 128 images take 64 KB as floats, as many rows of 64 sums 40 KB, and a core's second cache
 * holds both. All 12,288 at a time, written down between the two products, took a whole fit 1.29 times the time.
 */
const STEPS = 128;

/** As core's, with images multiplied in single precision: about 20 times as fast on one thread. */
function scatterOf(
  runtime: Runtime,
  { shape, images }: ImageSet,
  indices: Uint32Array,
  mean: Float64Array,
): CovarianceSpace["scatter"] {
  const { arena } = runtime;
  const size = sizeOf(shape);
  // A line of the cache more than a power of two, so that the same number of many rows does not fall into one set.
  const pitch = STEPS * 4 + 64;
  const wide = ROWS + 16;
  const line = wide * 4;
  const [factors, offsets] = [arena.allocate(size * line), arena.allocate(line)];
  const panels = all(panelsOf(ROWS));
  const imageTable = evenTable(arena, TOGETHER, pitch);
  const codeTable = evenTable(arena, TOGETHER, line);
  const common = { bStep: line, bPitch: 0, aPitch: 0, runs: 1, columns: ROWS, panels, relu: false };
  const parts = Array.from({ length: Math.ceil(size / STEPS) }, (_, part) => {
    const from = part * STEPS;
    const length = Math.min(STEPS, size - from);
    return {
      from,
      length,
      pixelTable: evenTable(arena, length, 4),
      sumTable: evenTable(arena, length, line),
    };
  });
  const groups = Array.from(
    { length: Math.min(MOST_GROUPS, Math.ceil(indices.length / TOGETHER)) },
    () => ({
      octets: arena.allocate(TOGETHER * size),
      strip: arena.allocate(TOGETHER * pitch),
      codes: arena.allocate(TOGETHER * line),
      sums: arena.allocate(size * line),
    }),
  );
  const program = runtime.load([
    groups.map(({ octets, strip, codes, sums }) => {
      const load = (from: number, length: number) =>
        instruction("loadBytes", {
          from: octets + from,
          fromPitch: size,
          to: strip,
          toPitch: pitch,
          rows: TOGETHER,
          columns: length,
        });
      return rangeJob(
        1,
        1,
        ...parts.flatMap(({ from, length }) => [
          load(from, length),
          product({
            ...common,
            a: strip,
            aTable: imageTable,
            aStep: 4,
            b: factors + from * line,
            length,
            c: codes,
            cTable: codeTable,
            tiles: all(tilesOf(TOGETHER)),
            bias: from === 0 ? offsets : null,
            accumulates: from > 0,
            panelsOutside: true,
          }),
        ]),
        ...parts.flatMap(({ from, length, pixelTable, sumTable }) => [
          load(from, length),
          product({
            ...common,
            a: strip,
            aTable: pixelTable,
            aStep: pitch,
            b: codes,
            length: TOGETHER,
            c: sums + from * line,
            cTable: sumTable,
            tiles: all(tilesOf(length)),
            bias: null,
            accumulates: true,
            panelsOutside: true,
          }),
        ]),
      );
    }),
  ]);

  return (rows) => {
    // Transposed until the end, as the kernels' sums are.
    const totals = new Float64Array(size * ROWS);
    const means = new Float64Array(ROWS);
    const table = arena.floats(factors, size * wide);
    for (let row = 0; row < ROWS; row++) {
      for (let k = 0; k < size; k++) {
        const factor = Math.fround(rows[row * size + k]!);
        table[k * wide + row] = factor;
        means[row] = means[row]! - factor * mean[k]!;
      }
    }
    // A code's offset centres it; what rounding leaves of the codes' sum is taken off at the end.
    arena.floats(offsets, ROWS).set(means);
    const codeSums = new Float64Array(ROWS);
    const rooms = groups.map(({ octets, codes, sums }) => ({
      bytes: arena.octets(octets, TOGETHER * size),
      made: arena.floats(codes, TOGETHER * wide),
      summed: arena.floats(sums, size * wide),
    }));
    const step = groups.length * TOGETHER;
    for (let from = 0, round = 1; from < indices.length; from += step, round++) {
      const some = rooms.map((room, group) => {
        const own = indices.subarray(from + group * TOGETHER, from + (group + 1) * TOGETHER);
        if (own.length < TOGETHER) room.bytes.fill(0);
        for (const [i, index] of own.entries()) {
          room.bytes.set(images.subarray(index * size, (index + 1) * size), i * size);
        }
        if (round % SUMMED === 1) room.summed.fill(0);
        return own.length;
      });
      runtime.run(program);
      for (const [group, { made }] of rooms.entries()) {
        for (let i = 0; i < some[group]!; i++) addRow(codeSums, 0, made, i * wide);
      }
      if (round % SUMMED !== 0 && from + step < indices.length) continue;
      for (const { summed } of rooms) {
        for (let k = 0; k < size; k++) addRow(totals, k * ROWS, summed, k * wide);
      }
    }
    const result = new Float64Array(ROWS * size);
    for (let row = 0; row < ROWS; row++) {
      for (let k = 0; k < size; k++) result[row * size + k] = totals[k * ROWS + row]!;
    }
    for (let row = 0; row < ROWS; row++) {
      addScaled(result, row * size, -codeSums[row]!, mean, 0, size);
    }
    return result;
  };
}

/** Adds ROWS numbers. */
function addRow(sums: Float64Array, at: number, numbers: Float32Array, from: number): void {
  for (let i = 0; i < ROWS; i++) sums[at + i] = sums[at + i]! + numbers[from + i]!;
}

/** Orthonormal rows in the kernels' memory, ROWS at a time. */
function basisOf({ arena, kernels }: Opened, size: number): Pick<CovarianceSpace, "keep"> & Basis {
  /** Kernels take rows of an even length. */
  const length = size + (size % 2);
  const given = arena.allocate(ROWS * length * 8);
  const tile = arena.allocate(ROWS * ROWS * 8);
  const blocks: number[] = [];
  const put = (rows: Float64Array, address: number) => {
    const target = arena.doubles(address, ROWS * length);
    for (const [i, row] of rowsOf(rows, size).entries()) target.set(row, i * length);
  };
  /** The tile's rows, and where each lies among those of all blocks, `width` numbers a row. */
  const rowsOfTile = (place: number, count: number, width: number) =>
    Array.from({ length: count }, (_, i) => ({
      row: arena.doubles(tile + i * ROWS * 8, ROWS),
      at: i * width + place * ROWS,
    }));
  return {
    keep(rows) {
      const address = arena.allocate(ROWS * length * 8);
      put(rows, address);
      blocks.push(address);
    },
    products(rows, first = blocks.length * ROWS) {
      const count = rows.length / size;
      const width = wholeBlocks(first);
      const products = new Float64Array(count * width);
      put(rows, given);
      for (const [place, address] of blocks.slice(0, width / ROWS).entries()) {
        arena.doubles(tile, ROWS * ROWS).fill(0);
        kernels.addRowProducts(given, ROWS, address, ROWS, length, tile);
        for (const { row, at } of rowsOfTile(place, count, width)) products.set(row, at);
      }
      return products;
    },
    combine(weights, rows) {
      const count = rows.length / size;
      const width = weights.length / count;
      put(rows, given);
      for (const [place, address] of blocks.slice(0, width / ROWS).entries()) {
        for (const { row, at } of rowsOfTile(place, count, width)) {
          row.set(weights.subarray(at, at + ROWS));
        }
        kernels.addCombinations(tile, ROWS, address, ROWS, length, given);
      }
      const sums = new Float64Array(count * size);
      const source = arena.doubles(given, count * length);
      for (const [i, row] of rowsOf(sums, size).entries()) {
        row.set(source.subarray(i * length, i * length + size));
      }
      return sums;
    },
  };
}

function eigen({ arena, kernels }: Opened, matrix: Float64Array, size: number): SymmetricEigen {
  const numbers = () => arena.allocate(size * 8);
  const square = () => arena.allocate(size * size * 8);
  const reflections = square();
  const [diagonal, offDiagonal, heights, room] = [numbers(), numbers(), numbers(), numbers()];
  const rows = square();
  arena.doubles(reflections, size * size).set(matrix);
  for (let row = size - 1; row >= 0; row--) {
    kernels.tridiagonalise(reflections, size, diagonal, offDiagonal, heights, room, row);
  }
  const identity = arena.doubles(rows, size * size);
  for (let i = 0; i < size; i++) identity[i * size + i] = 1;
  // What couples i − 1 and i stands at i; the next step wants it at i − 1, and the last to be 0.
  const couplings = arena.doubles(offDiagonal, size);
  couplings.copyWithin(0, 1);
  couplings[size - 1] = 0;
  for (let low = 0; low < size; low++) {
    if (!kernels.diagonalise(diagonal, offDiagonal, rows, size, low)) {
      throw new Error(NO_CONVERGENCE);
    }
  }
  for (let from = 0; from < size; from += REFLECTED) {
    kernels.reflect(rows, reflections, heights, size, from, Math.min(from + REFLECTED, size));
  }
  return byFallingValue(arena.doubles(diagonal, size), identity, size);
}
