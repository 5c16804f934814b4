/** Programs for the kernels' interpreter (assembly/program.ts): building blocks and their encoding. */

import { BY_NOTHING } from "./assembly/opcodes";

/** base + stride × variable; a plain number is a constant. */
export interface Counted {
  readonly base: number;
  readonly stride: number;
  readonly by: number;
}
export type Argument = number | Counted;

export interface Instruction {
  readonly opcode: number;
  readonly args: readonly Argument[];
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

/** The same argument, `bytes` further on. */
export function plus(argument: Argument, bytes: number): Argument {
  return typeof argument === "number"
    ? argument + bytes
    : { ...argument, base: argument.base + bytes };
}

/** A float as the word that a kernel reads back as a float. */
export function floatBits(value: number): number {
  return new Int32Array(new Float32Array([value]).buffer)[0];
}

/** Units a chunk, for about two chunks a thread: enough to even out, few enough to stay cheap. */
export function grainFor(count: number, threads: number): number {
  return Math.max(1, Math.ceil(count / (2 * threads)));
}

/** A job over a range of units: instructions see its ends as BY_FROM and BY_TO. */
export function rangeJob(
  count: number,
  grain: number,
  ...instructions: readonly Instruction[]
): Job {
  return { byImage: false, count, grain, prologue: [], instructions };
}

function encodeInstruction({ opcode, args }: Instruction): number[] {
  const words = [opcode, args.length];
  for (const argument of args) {
    if (typeof argument === "number") words.push(argument, 0, BY_NOTHING);
    else words.push(argument.base, argument.stride, argument.by);
  }
  return words;
}

function encodeJob(job: Job): number[] {
  const body = [...job.prologue, ...job.instructions].flatMap(encodeInstruction);
  return [
    job.byImage ? 1 : 0,
    job.count,
    job.grain,
    Math.ceil(job.count / job.grain),
    job.prologue.length,
    job.instructions.length,
    body.length,
    ...body,
  ];
}

/** The words that the interpreter reads; the layout is drawn in assembly/program.ts. */
export function encode(phases: readonly Phase[]): number[] {
  const full = phases.filter((jobs) => jobs.some((job) => job.count > 0));
  const words = [full.length];
  for (const jobs of full) {
    const chunks = jobs.reduce((sum, job) => sum + Math.ceil(job.count / job.grain), 0);
    words.push(jobs.length, chunks, ...jobs.flatMap(encodeJob));
  }
  return words;
}
