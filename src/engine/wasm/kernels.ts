/** Loads the compiled kernels: relaxed SIMD where the host has it, plain SIMD elsewhere. */

import { relaxedSimd, simd } from "wasm-feature-detect";
import { NotLoadedError } from "../errors";
import type { KernelVariant, ThreadStart, WasmPlatform } from "./platform";

/** What assembly/index.ts exports. */
export interface Kernels {
  runOnAll(program: number, control: number, block: number): void;
  serve(control: number, thread: number, block: number): void;
  /** Runs so many instructions of a program from `at` on; returns where they end. */
  runInstructions(at: number, count: number, block: number): number;
  addRowProducts(
    a: number,
    aRows: number,
    b: number,
    bRows: number,
    size: number,
    out: number,
  ): void;
  addCombinations(
    weights: number,
    rows: number,
    b: number,
    bRows: number,
    size: number,
    to: number,
  ): void;
  tridiagonalise(
    matrix: number,
    size: number,
    diagonal: number,
    offDiagonal: number,
    heights: number,
    room: number,
    row: number,
  ): void;
  diagonalise(
    diagonal: number,
    offDiagonal: number,
    rows: number,
    size: number,
    low: number,
  ): number;
  reflect(
    rows: number,
    reflections: number,
    heights: number,
    size: number,
    from: number,
    to: number,
  ): void;
}

/** The better of the two builds that this host runs. Throws where it has no SIMD at all. */
export async function chooseVariant(): Promise<KernelVariant> {
  if (await relaxedSimd()) return "relaxed";
  if (await simd()) return "simd";
  throw new Error(
    "This browser has no WebAssembly SIMD: update it (Chrome 91, Firefox 89 and Safari 16.4 have it).",
  );
}

/** Compiled kernels by host and build: what a run has optimised, the next one begins with. */
const COMPILED = new WeakMap<WasmPlatform, Map<string, Promise<WebAssembly.Module>>>();

/** Compiled kernels of that build, for memory that is shared or not. @throws NotLoadedError */
export function compileKernels(
  platform: WasmPlatform,
  variant: KernelVariant,
  shared: boolean,
): Promise<WebAssembly.Module> {
  const builds = COMPILED.get(platform) ?? new Map<string, Promise<WebAssembly.Module>>();
  COMPILED.set(platform, builds);
  const build = `${variant} ${shared}`;
  const known = builds.get(build);
  if (known) return known;
  const module = loadKernels(platform, variant, shared);
  builds.set(build, module);
  // What could not be had is asked for again.
  module.catch(() => builds.delete(build));
  return module;
}

async function loadKernels(
  platform: WasmPlatform,
  variant: KernelVariant,
  shared: boolean,
): Promise<WebAssembly.Module> {
  const bytes = await platform.kernels(variant, shared);
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    console.warn(error);
    throw new NotLoadedError(
      "WebAssembly's kernels are damaged, or something else came in their place.",
    );
  }
}

/** An instance over that memory: every thread has its own. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const abort = () => {
    throw new Error("kernel aborted");
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  return exports as unknown as Kernels;
}

/** The whole of a helper thread's work: returns when its trainer is disposed of. */
export function serveThread(start: ThreadStart): void {
  instantiate(start.module, start.memory).serve(start.control, start.thread, start.block);
}
