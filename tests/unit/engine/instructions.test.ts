import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { beforeAll, describe, expect, test } from "vitest";
import { executeSource, recordsSource } from "../../../scripts/lib/accessors.mjs";
import { ROOT } from "../../../scripts/lib/project.mjs";
import * as tables from "../../../src/engine/wasm/instructions";
import {
  type Argument,
  BLOCK_WORDS,
  CONTROL,
  encode,
  type Instruction,
  instruction,
  type Job,
  rangeJob,
} from "../../../src/engine/wasm/program";

const { INSTRUCTIONS, RECORDS, ACTIVATIONS } = tables;
const NAMES = (Object.keys(INSTRUCTIONS) as tables.InstructionName[]).sort();

/** Where things lie in the test's memory, in bytes. */
const [CONTROL_AT, BLOCK_AT, SAMPLES_AT, PROGRAM_AT, LOG_AT] = [64, 256, 1024, 2048, 65536];

/** Kernels that write down which they are and each argument, read by its name. */
function probes(): string {
  const kernels = NAMES.map((name, number) => {
    const type = name[0]!.toUpperCase() + name.slice(1);
    const fields = Object.entries<tables.WordType>(INSTRUCTIONS[name]).map(([field, word]) =>
      word === "settings"
        ? `put(<f64>changetype<usize>(args.${field}));`
        : `put(<f64>args.${field});`,
    );
    return `export function ${name}(args: records.${type}): void { put(${number}); ${fields.join(" ")} }`;
  });
  return `
    import * as records from "./generated/records";
    let at: usize = ${LOG_AT};
    function put(value: f64): void { store<f64>(at, value); at += 8; }
    ${kernels.join("\n")}
  `;
}

/** The real interpreter and what is generated, with those kernels. @throws Error */
async function compile(kernels: string): Promise<WebAssembly.Module> {
  const made: Record<string, string> = {
    "kernels.ts": kernels,
    "generated/records.ts": recordsSource(tables),
    "generated/execute.ts": executeSource(tables),
  };
  let binary = new Uint8Array();
  const { error, stderr } = await asc.main(
    [
      "program.ts",
      "--outFile",
      "probes.wasm",
      "--noAssert",
      "--runtime",
      "stub",
      "--importMemory",
      "--initialMemory",
      "4",
      "--enable",
      "simd",
      "--enable",
      "threads",
    ],
    {
      readFile: (name) => {
        if (made[name] !== undefined) return made[name];
        if (name !== "program.ts") return null;
        return readFileSync(join(ROOT, "src/engine/wasm/assembly", name), "utf8");
      },
      writeFile: (_name, contents) => {
        if (typeof contents !== "string") binary = new Uint8Array(contents);
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(stderr.toString());
  return WebAssembly.compile(binary);
}

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await compile(probes());
});

/** What the kernels of those jobs were given, one number after the other. */
function log(jobs: Job[], length: number, samples: number[] = []): number[] {
  const memory = new WebAssembly.Memory({ initial: 4 });
  const abort = () => {
    throw new Error("aborted");
  };
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort } });
  const words = new Int32Array(memory.buffer);
  words[CONTROL_AT / 4 + CONTROL.threads] = 1;
  words[CONTROL_AT / 4 + CONTROL.samples] = SAMPLES_AT;
  words.set(samples, SAMPLES_AT / 4);
  words.set(encode([jobs]), PROGRAM_AT / 4);
  (exports.runOnAll as (...addresses: number[]) => void)(PROGRAM_AT, CONTROL_AT, BLOCK_AT);
  return [...new Float64Array(memory.buffer, LOG_AT, length)];
}

/** An instruction of that name whose arguments all differ, and what its kernel must read. */
function example(name: tables.InstructionName): { made: Instruction; read: number[] } {
  const fields = Object.entries<tables.WordType>(INSTRUCTIONS[name]);
  const given: Record<string, Argument | boolean | string> = {};
  const read = fields.map(([field, type], index) => {
    if (type === "float") {
      given[field] = -0.1 - index;
      return Math.fround(-0.1 - index);
    }
    if (type === "flag") {
      given[field] = index % 2 === 0;
      return index % 2 === 0 ? 1 : 0;
    }
    if (type === "activation") {
      given[field] = "elu";
      return ACTIVATIONS.indexOf("elu");
    }
    given[field] = { base: 1000 * index, stride: 3, by: "to" };
    return 1000 * index + 3 * 5;
  });
  // Backwards: the order in which a caller names arguments must not matter.
  const args = Object.fromEntries(Object.entries(given).reverse());
  return { made: instruction(name, args as never), read };
}

describe("what the encoder writes", () => {
  test.each(NAMES)("%s's kernel reads, each argument by its name", (name) => {
    const { made, read } = example(name);
    const expected = [NAMES.indexOf(name), ...read];
    expect(log([rangeJob(5, 5, made)], expected.length + 1)).toEqual([...expected, 0]);
  });

  test("are all instructions one after another, in any order", () => {
    const all = [...NAMES, ...[...NAMES].reverse()].map((name) => ({ name, ...example(name) }));
    const expected = all.flatMap(({ name, read }) => [NAMES.indexOf(name), ...read]);
    const job = rangeJob(5, 5, ...all.map(({ made }) => made));
    expect(log([job], expected.length)).toEqual(expected);
  });

  test("counts in every variable", () => {
    const variables = Object.keys(RECORDS.variables) as (keyof typeof RECORDS.variables)[];
    const instructions = variables.map((by) =>
      instruction("fillZero", { to: { base: 100, stride: 10, by }, bytes: 4 }),
    );
    const prologue = [instruction("fillZero", { to: 7, bytes: 8 })];
    const job = { byImage: true, count: 5, grain: 2, prologue, instructions };
    const fillZero = NAMES.indexOf("fillZero");
    const samples = [40, 30, 20, 10, 0];
    const expected = [0, 1, 2].flatMap((group) => [
      fillZero,
      7,
      8,
      ...[2 * group, 2 * group + 1]
        .filter((image) => image < 5)
        .flatMap((image) => {
          const values: Record<keyof typeof RECORDS.variables, number> = {
            nothing: 0,
            image,
            group,
            thread: 0,
            sample: samples[image]!,
            from: 2 * group,
            to: Math.min(5, 2 * group + 2),
          };
          return variables.flatMap((by) => [fillZero, 100 + 10 * values[by], 4]);
        }),
    ]);
    expect(log([job], expected.length, samples)).toEqual(expected);
  });

  test("has room in a thread's block", () => {
    const longest = Math.max(...NAMES.map((name) => Object.keys(INSTRUCTIONS[name]).length));
    expect(BLOCK_WORDS).toBe(Object.keys(RECORDS.variables).length + longest);
  });
});

describe("a wrong call", () => {
  const right = { from: 0, fromPitch: 4, to: 8, toPitch: 4, rows: 1, bytes: 4 };

  test("without an argument is an error of types, and refused", () => {
    const { bytes: _bytes, ...short } = right;
    // @ts-expect-error
    expect(() => instruction("copyRows", short)).toThrow('copyRows lacks its argument "bytes"');
  });

  test("with one too many is an error of types, and refused", () => {
    // @ts-expect-error
    const call = () => instruction("copyRows", { ...right, columns: 1 });
    expect(call).toThrow('copyRows takes no argument "columns"');
  });

  test("with one of another type is an error of types", () => {
    const shape = { rows: 1, columns: 1, x: 0, pitch: 4 };
    instruction("activate", { ...shape, kind: "relu", alpha: 0 });
    // @ts-expect-error
    instruction("activate", { ...shape, kind: "cosine", alpha: 0 });
    // @ts-expect-error
    instruction("activate", { ...shape, kind: "relu", alpha: { base: 0, stride: 1, by: "image" } });
    // @ts-expect-error
    instruction("copyRows", { ...right, rows: true });
    // @ts-expect-error
    instruction("copyRows", { ...right, from: null });
    // @ts-expect-error
    instruction("copyRows", { ...right, rows: { base: 0, stride: 1, by: "row" } });
    // @ts-expect-error
    expect(() => instruction("copyRow", right)).toThrow();
  });

  test.each([
    [
      "args.bytes",
      "args.pitch",
      "Property 'pitch' does not exist on type 'generated/records/FillZero'",
    ],
    [
      "fillZero(args: records.FillZero)",
      "fillZero(args: records.Gemm)",
      "FillZero' is not assignable",
    ],
  ])("within a kernel, %s as %s, does not compile", async (right, wrong, message) => {
    const kernels = probes();
    const place = kernels.indexOf(right, kernels.indexOf("function fillZero") - 10);
    const broken = kernels.slice(0, place) + wrong + kernels.slice(place + right.length);
    await expect(compile(broken)).rejects.toThrow(message);
  });
});
