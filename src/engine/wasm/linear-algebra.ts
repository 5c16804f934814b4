/** What PCA spends its time on, by kernels: the same bits as core computes, about four times as fast. */

import { byFallingValue, NO_CONVERGENCE, type SymmetricEigen } from "../../math/eigen";
import type { PixelSums } from "../../math/gram-sums";
import { type ImageSet, sizeOf } from "../../math/image-set";
import type { PcaAlgebra } from "../../math/pca";
import { Arena } from "./arena";
import { chooseVariant, compileKernels, instantiate, type Kernels } from "./kernels";
import type { KernelVariant, WasmPlatform } from "./platform";

/** Images summed at a time: 784 rows of them take 0.8 MB, which a core's second cache holds. */
const IMAGES = 512;

/**
 * Kernels ready for `fitPca`. `variant` overrides detection.
 *
 * @throws Error where the host has no SIMD, or the kernels cannot be loaded
 */
export async function createWasmAlgebra(
  platform: WasmPlatform,
  variant?: KernelVariant,
): Promise<PcaAlgebra> {
  const module = await compileKernels(platform, variant ?? (await chooseVariant()), false);
  // Each call has a memory of its own, so that nothing is held between them.
  const open = () => {
    const arena = new Arena(false);
    return { arena, kernels: instantiate(module, arena.memory) };
  };
  return {
    sumProducts: (set, indices) => sumProducts(open(), set, indices),
    eigen: (matrix, size) => eigen(open(), matrix, size),
  };
}

interface Opened {
  readonly arena: Arena;
  readonly kernels: Kernels;
}

function sumProducts(
  { arena, kernels }: Opened,
  { shape, images }: ImageSet,
  indices: Uint32Array,
): PixelSums {
  const size = sizeOf(shape);
  const sums = new Float64Array(size);
  const count = size * size;
  const products = arena.allocate(count * 8);
  const pixels = arena.allocate(size * IMAGES * 2);
  const columns = new Int16Array(arena.memory.buffer, pixels, size * IMAGES);
  for (let from = 0; from < indices.length; from += IMAGES) {
    const some = indices.subarray(from, from + IMAGES);
    if (some.length < IMAGES) columns.fill(0);
    for (let i = 0; i < some.length; i++) {
      const image = some[i]! * size;
      for (let pixel = 0; pixel < size; pixel++) {
        const value = images[image + pixel]!;
        columns[pixel * IMAGES + i] = value;
        sums[pixel] = sums[pixel]! + value;
      }
    }
    kernels.addProducts(pixels, size, IMAGES, products);
  }
  return { sums, products: arena.doubles(products, count).slice() };
}

function eigen({ arena, kernels }: Opened, matrix: Float64Array, size: number): SymmetricEigen {
  const numbers = () => arena.allocate(size * 8);
  const square = () => arena.allocate(size * size * 8);
  const reflections = square();
  const [diagonal, offDiagonal, heights, room] = [numbers(), numbers(), numbers(), numbers()];
  const rows = square();
  arena.doubles(reflections, size * size).set(matrix);
  kernels.tridiagonalise(reflections, size, diagonal, offDiagonal, heights, room);
  const identity = arena.doubles(rows, size * size);
  for (let i = 0; i < size; i++) identity[i * size + i] = 1;
  // What couples i − 1 and i stands at i; the next step wants it at i − 1, and the last to be 0.
  const couplings = arena.doubles(offDiagonal, size);
  couplings.copyWithin(0, 1);
  couplings[size - 1] = 0;
  if (!kernels.diagonalise(diagonal, offDiagonal, rows, size)) throw new Error(NO_CONVERGENCE);
  kernels.reflect(rows, reflections, heights, size);
  return byFallingValue(arena.doubles(diagonal, size), identity, size);
}
