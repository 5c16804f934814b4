/**
 * Compiles src/engine/wasm/assembly to WebAssembly, where its sources have changed: kernels-relaxed
 * (relaxed SIMD: fused multiply-add) and kernels-simd (plain SIMD), each for memory that threads
 * share and, as kernels-…-alone, for one thread's own. Before that it makes the part of the sources
 * that follows from the table of instructions.
 */

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { executeSource, recordsSource } from "./lib/accessors.mjs";
import {
  duration,
  fail,
  filesUnder,
  hashFiles,
  ROOT,
  readIfThere,
  runTool,
  say,
} from "./lib/project.mjs";

export const ASSEMBLY = "src/engine/wasm/assembly";
/** What both sides agree on. */
export const TABLE = "src/engine/wasm/instructions.ts";
export const GENERATED = `${ASSEMBLY}/generated`;
const BUILD = "src/engine/wasm/build";
const RELAXED = ["--enable", "relaxed-simd"];
/** Threads share it; 65,536 pages are 4 GiB. */
const SHARED = ["--sharedMemory", "--maximumMemory", "65536"];
const VARIANTS = [
  { name: "kernels-relaxed", flags: [...RELAXED, ...SHARED] },
  { name: "kernels-relaxed-alone", flags: RELAXED },
  { name: "kernels-simd", flags: SHARED },
  { name: "kernels-simd-alone", flags: [] },
];
/** Memory comes from outside. */
const FLAGS = [
  "-O3",
  "--noAssert",
  "--runtime",
  "stub",
  "--importMemory",
  "--initialMemory",
  "1",
  "--enable",
  "simd",
  "--enable",
  "threads",
];

/** Resolves false where a compilation failed, with the compiler's message shown. */
export async function buildWasm() {
  const sources = [
    ...filesUnder(ASSEMBLY, [GENERATED]),
    TABLE,
    "scripts/build-wasm.mjs",
    "scripts/lib/accessors.mjs",
    "node_modules/assemblyscript/package.json",
  ];
  const stamp = join(ROOT, BUILD, "inputs.sha256");
  const wanted = hashFiles(sources);
  if (readIfThere(stamp) === wanted) return true;
  say("Building the WebAssembly kernels …");
  const start = Date.now();
  mkdirSync(join(ROOT, BUILD), { recursive: true });
  await generate();
  const results = await Promise.all(VARIANTS.map(compile));
  if (results.includes(false)) return false;
  // The stamp goes last: it says that both files are whole and made from these sources.
  writeFileSync(stamp, wanted);
  say(`Kernels built in ${duration(Date.now() - start)}.`);
  return true;
}

/** Writes the classes by which kernels read their arguments, and what calls the kernels. */
async function generate() {
  // Loaded here: this file is there before its dependencies are.
  const { runnerImport } = await import("vite");
  const { module: tables } = await runnerImport(join(ROOT, TABLE), {
    configFile: false,
    logLevel: "error",
  });
  mkdirSync(join(ROOT, GENERATED), { recursive: true });
  const sources = { "records.ts": recordsSource(tables), "execute.ts": executeSource(tables) };
  for (const [name, text] of Object.entries(sources)) {
    // Renamed into place, as the kernels are.
    const partial = join(ROOT, BUILD, `${name}.${process.pid}`);
    writeFileSync(partial, text);
    renameSync(partial, join(ROOT, GENERATED, name));
  }
}

async function compile(/** @type {(typeof VARIANTS)[number]} */ { name, flags }) {
  // Compiled beside its place and renamed: another process never reads half a file.
  const partial = `${BUILD}/${name}.${process.pid}.wasm`;
  const { code, output } = await runTool(
    "assemblyscript/bin/asc.js",
    [`${ASSEMBLY}/index.ts`, "--outFile", partial, ...FLAGS, ...flags],
    { capture: true },
  );
  if (code !== 0) {
    say(output);
    return false;
  }
  renameSync(join(ROOT, partial), join(ROOT, BUILD, `${name}.wasm`));
  return true;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!(await buildWasm())) fail("The WebAssembly kernels do not compile (see above).");
}
