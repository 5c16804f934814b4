/** Programs for the kernels' interpreter (assembly/program.ts): building blocks and their encoding. */

import {
  ACTIVATIONS,
  type Fields,
  INSTRUCTIONS,
  type InstructionName,
  RECORDS,
  type WordType,
} from "./instructions";

const OPCODES = indicesOf(INSTRUCTIONS);
/** Words of the records that are written and read one by one. */
export const VARIABLES = indicesOf(RECORDS.variables);
export const CONTROL = indicesOf(RECORDS.control);
export const CONTROL_WORDS = sizeOf(RECORDS.control);
export const SETTINGS = indicesOf(RECORDS.settings);
export const SETTINGS_WORDS = sizeOf(RECORDS.settings);
/** A thread's variables, and behind them room for the arguments of any instruction. */
export const BLOCK_WORDS =
  sizeOf(RECORDS.variables) + Math.max(...Object.values(INSTRUCTIONS).map(sizeOf));

/** base + stride × variable; a plain number is a constant. */
export interface Counted {
  readonly base: number;
  readonly stride: number;
  readonly by: keyof typeof RECORDS.variables;
}
export type Argument = number | Counted;

/** What a word of each type is made from. */
interface Values {
  readonly address: Argument;
  readonly "address?": Argument | null;
  readonly bytes: Argument;
  readonly int: Argument;
  readonly float: number;
  readonly flag: boolean;
  readonly activation: (typeof ACTIVATIONS)[number];
  readonly settings: Argument;
}
export type Arguments<Name extends InstructionName> = {
  readonly [Field in keyof Table[Name]]: Values[Table[Name][Field] & WordType];
};
type Table = typeof INSTRUCTIONS;

/** Made by `instruction` alone. */
export interface Instruction {
  readonly name: InstructionName;
  /** As the interpreter reads it. */
  readonly words: readonly number[];
}

/** Work that is cut into chunks of `grain` units, which threads take in any order. */
export interface Job {
  /** By image: instructions run for each image, the prologue once for each group. */
  readonly byImage: boolean;
  readonly count: number;
  readonly grain: number;
  readonly prologue: readonly Instruction[];
  readonly instructions: readonly Instruction[];
}

/** Jobs that may run side by side; a barrier follows. */
export type Phase = readonly Job[];

function indicesOf<Table extends object>(table: Table): { readonly [Name in keyof Table]: number } {
  return Object.fromEntries(Object.keys(table).map((name, index) => [name, index])) as {
    [Name in keyof Table]: number;
  };
}

function sizeOf(record: Fields): number {
  return Object.keys(record).length;
}

/** The same argument, `bytes` further on. */
export function plus(argument: Argument, bytes: number): Argument {
  return typeof argument === "number"
    ? argument + bytes
    : { ...argument, base: argument.base + bytes };
}

/** Units a chunk, for about two chunks a thread: enough to even out, few enough to stay cheap. */
export function grainFor(count: number, threads: number): number {
  return Math.max(1, Math.ceil(count / (2 * threads)));
}

/** A job over a range of units: instructions see its ends as the variables `from` and `to`. */
export function rangeJob(
  count: number,
  grain: number,
  ...instructions: readonly Instruction[]
): Job {
  return { byImage: false, count, grain, prologue: [], instructions };
}

/**
 * The instruction of that name.
 *
 * @throws TypeError for arguments that are not exactly those of the table
 */
export function instruction<Name extends InstructionName>(
  name: Name,
  args: Arguments<Name>,
): Instruction {
  const fields: Fields = INSTRUCTIONS[name];
  const given: Readonly<Record<string, Values[WordType]>> = args;
  // What comes through a spread is not looked at by the compiler.
  const surplus = Object.keys(given).find((field) => !(field in fields));
  if (surplus !== undefined) throw new TypeError(`${name} takes no argument "${surplus}".`);
  const words = record("instruction", { opcode: OPCODES[name], args: sizeOf(fields) });
  for (const [field, type] of Object.entries(fields)) {
    const value = given[field];
    if (value === undefined) throw new TypeError(`${name} lacks its argument "${field}".`);
    const argument = argumentOf(type, value);
    const { base, stride, by }: Counted =
      typeof argument === "number" ? { base: argument, stride: 0, by: "nothing" } : argument;
    words.push(...record("argument", { base, stride, by: VARIABLES[by] }));
  }
  return { name, words };
}

function argumentOf(type: WordType, value: Values[WordType]): Argument {
  if (value === null) return 0;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") return ACTIVATIONS.indexOf(value);
  if (type === "float" && typeof value === "number") return floatBits(value);
  return value;
}

/** A float as the word that a kernel reads back as a float. */
function floatBits(value: number): number {
  return new Int32Array(new Float32Array([value]).buffer)[0]!;
}

/** The words of a record, in their order. */
function record<Name extends keyof typeof RECORDS>(
  name: Name,
  values: { readonly [Field in keyof (typeof RECORDS)[Name]]: number },
): number[] {
  const given: Readonly<Record<string, number>> = values;
  return Object.keys(RECORDS[name]).map((field) => given[field]!);
}

function encodeJob(job: Job): number[] {
  const body = [...job.prologue, ...job.instructions].flatMap(({ words }) => words);
  const header = record("job", {
    byImage: job.byImage ? 1 : 0,
    count: job.count,
    grain: job.grain,
    chunks: Math.ceil(job.count / job.grain),
    prologue: job.prologue.length,
    instructions: job.instructions.length,
    words: body.length,
  });
  return [...header, ...body];
}

/** The words that the interpreter reads; the layout is drawn in assembly/program.ts. */
export function encode(phases: readonly Phase[]): number[] {
  const full = phases.filter((jobs) => jobs.some((job) => job.count > 0));
  const words = record("program", { phases: full.length });
  for (const jobs of full) {
    const chunks = jobs.reduce((sum, job) => sum + Math.ceil(job.count / job.grain), 0);
    words.push(...record("phase", { jobs: jobs.length, chunks }), ...jobs.flatMap(encodeJob));
  }
  return words;
}
