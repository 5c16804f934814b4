/** The multiply-add peak of this host: what the kernels are measured against. */

import type { KernelVariant, WasmPlatform } from "./platform";
import { instruction, rangeJob } from "./program";
import { Runtime } from "./runtime";

/** Floating-point operations of a round: 12 vectors of 4 lanes, each multiplied and added. */
const ROUND_FLOPS = 96;
/** About 2 ms a chunk at 50 GFLOPS. */
const ROUNDS = 1_000_000;

export interface Peak {
  readonly variant: KernelVariant;
  readonly threads: number;
  /** Best of the runs, all threads together. */
  readonly gflops: number;
}

/**
 * Measures multiply-adds on registers alone, on that many threads at once, for about `seconds`;
 * the best run counts, since other programs can only slow one down.
 */
export async function measurePeak(
  platform: WasmPlatform,
  threads: number,
  seconds = 1,
  variant?: KernelVariant,
): Promise<Peak> {
  const runtime = await Runtime.start(platform, threads, variant);
  try {
    const { arena } = runtime;
    const values = arena.allocate(8);
    // c ← c · f + s stays near s / (1 − f) = 1: no overflow, no denormal floats.
    arena.floats(values, 2).set([0.5, 0.5]);
    const result = arena.allocate(16);
    const chunks = 4 * runtime.threads;
    const work = instruction("peak", { rounds: ROUNDS, values, result });
    const program = runtime.load([[rangeJob(chunks, 1, work)]]);
    let best = 0;
    const end = performance.now() + seconds * 1000;
    do {
      const start = performance.now();
      runtime.run(program);
      const elapsed = (performance.now() - start) / 1000;
      best = Math.max(best, (ROUND_FLOPS * ROUNDS * chunks) / elapsed / 1e9);
    } while (performance.now() < end);
    return { variant: runtime.variant, threads: runtime.threads, gflops: best };
  } finally {
    runtime.dispose();
  }
}

/** Numbers of each of three arrays: 256 KB in all, which any second-level cache holds, and 96 MB. */
const CACHED_NUMBERS = 1 << 14;
const MEMORY_NUMBERS = 1 << 23;
const CHUNK_NUMBERS = 1 << 12;

export interface Bandwidth {
  /** Gigabytes a second that one thread reads and writes, in its second-level cache. */
  readonly cacheGbps: number;
  /** Likewise, of arrays that no cache of its own holds. */
  readonly memoryGbps: number;
}

/** Measures sums of two arrays into a third, for about `seconds` each; the best run counts. */
export async function measureBandwidth(platform: WasmPlatform, seconds = 0.5): Promise<Bandwidth> {
  const runtime = await Runtime.start(platform, 1);
  try {
    const { arena } = runtime;
    const places = [0, 1, 2].map(() => arena.allocate(MEMORY_NUMBERS * 4));
    const measure = (numbers: number): number => {
      const [a, b, to] = places.map((base) => ({
        base,
        stride: 4,
        by: "from" as const,
      }));
      const work = instruction("addRows", {
        a: a!,
        aPitch: 0,
        b: b!,
        bPitch: 0,
        to: to!,
        toPitch: 0,
        rows: 1,
        columns: CHUNK_NUMBERS,
      });
      const program = runtime.load([[rangeJob(numbers, CHUNK_NUMBERS, work)]]);
      const times = Math.ceil(MEMORY_NUMBERS / numbers);
      let best = 0;
      const end = performance.now() + seconds * 1000;
      do {
        const start = performance.now();
        for (let time = 0; time < times; time++) runtime.run(program);
        const elapsed = (performance.now() - start) / 1000;
        best = Math.max(best, (times * 3 * 4 * numbers) / elapsed / 1e9);
      } while (performance.now() < end);
      return best;
    };
    return { cacheGbps: measure(CACHED_NUMBERS), memoryGbps: measure(MEMORY_NUMBERS) };
  } finally {
    runtime.dispose();
  }
}
