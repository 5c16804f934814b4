/** A training step taken apart: what each of its instructions takes on one thread, and each phase on several. */

import type { LayersModel } from "@tensorflow/tfjs";
import { TrainerChecks } from "../checks";
import { compile } from "../compile";
import { layersOf, type TrainerOptions } from "../device";
import type { InstructionName } from "./instructions";
import { compileKernels, instantiate, type Kernels } from "./kernels";
import { type Part, phasesOf } from "./lowering";
import type { WasmPlatform } from "./platform";
import {
  BLOCK_WORDS,
  type Instruction,
  instruction,
  type Job,
  type Phase,
  VARIABLES,
} from "./program";
import { Runtime } from "./runtime";
import { WasmTrainer } from "./trainer";
import { type Work, workOf } from "./work";

export interface PartTime extends Work {
  readonly name: string;
  /** Null where it is of no layer. */
  readonly layer: string | null;
  /** Of a step, on one thread. */
  readonly milliseconds: number;
  readonly kernels: readonly { readonly name: InstructionName; readonly milliseconds: number }[];
}

export interface PhaseTime {
  /** Of the parts that do something in it: layer and name. */
  readonly parts: readonly string[];
  /** Pieces of work that threads can take; a barrier follows. */
  readonly chunks: number;
  readonly milliseconds: number;
}

/** Instructions of nothing, by which what a call and the clock take is known: 0.1 to 0.3 µs. */
const EMPTY_CALLS = 1000;
const EMPTY_RUNS = 50;

const partName = ({ operation, name }: Part): string =>
  operation ? `${operation.layer} ${name}` : name;

/** Instructions of a part, wherever in a step they stand. */
function instructionsOf({ prepare = [], steps, sums, update }: Part): Instruction[] {
  const ofJobs = (jobs: readonly Job[]) =>
    jobs.flatMap(({ prologue, instructions }) => [...prologue, ...instructions]);
  return [
    ...prepare.flatMap(ofJobs),
    ...steps.flatMap((step) =>
      step.kind === "images"
        ? [...step.prologue, ...step.instructions]
        : step.phases.flatMap(ofJobs),
    ),
    ...ofJobs(sums),
    ...update.flatMap(ofJobs),
  ];
}

/** Trains as others do, and tells what that takes. */
export class ProfiledTrainer extends WasmTrainer {
  /** Parts of the step that was taken last. */
  #parts(indices: Uint32Array): Part[] {
    const { lowering, resident } = this.ready();
    return lowering.parts(indices.length, resident.inputs, resident.targets);
  }

  /**
   * Takes steps instruction by instruction, on this thread alone, in the order in which they are taken
   * otherwise: what an operation finds in the caches is what it finds in training.
   *
   * @returns the parts that do anything, each with the fastest of its `rounds` times
   */
  async timeParts(
    platform: WasmPlatform,
    indices: Uint32Array,
    rounds: number,
  ): Promise<PartTime[]> {
    // Rates and sample numbers stay as they are, and kernels get compiled for speed.
    for (let step = 0; step < 3; step++) await this.step(indices);
    const { arena, variant, threads } = this.runtime;
    const parts = this.#parts(indices);
    const phases = phasesOf(parts, indices.length);
    const module = await compileKernels(platform, variant, threads > 1);
    const stepper = new Stepper(instantiate(module, arena.memory), this.runtime, indices);
    for (const part of parts) for (const each of instructionsOf(part)) stepper.place(each);
    const spent = stepper.emptyCall();
    const best = new Map<Instruction, number>();
    for (let round = 0; round < rounds; round++) {
      const times = stepper.step(phases.flat());
      for (const [each, { total, calls }] of times) {
        const time = Math.max(0, total - calls * spent);
        best.set(each, Math.min(best.get(each) ?? Number.POSITIVE_INFINITY, time));
      }
    }
    const { lowering } = this.ready();
    return parts.flatMap((part) => {
      const byKernel = new Map<InstructionName, number>();
      for (const each of instructionsOf(part)) {
        byKernel.set(each.name, (byKernel.get(each.name) ?? 0) + (best.get(each) ?? 0));
      }
      if (byKernel.size === 0) return [];
      const kernels = [...byKernel].map(([name, milliseconds]) => ({ name, milliseconds }));
      return {
        name: part.name,
        layer: part.operation?.layer ?? null,
        milliseconds: kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
        kernels: kernels.sort((a, b) => b.milliseconds - a.milliseconds),
        ...workOf(lowering, part, indices.length),
      };
    });
  }

  /** Takes steps phase by phase, on all threads; of each the fastest of its `rounds` times. */
  async timePhases(indices: Uint32Array, rounds: number): Promise<PhaseTime[]> {
    for (let step = 0; step < 3; step++) await this.step(indices);
    const parts = this.#parts(indices);
    const owners = new Map<Instruction, string>();
    for (const part of parts) {
      for (const each of instructionsOf(part)) owners.set(each, partName(part));
    }
    const phases = phasesOf(parts, indices.length).filter((jobs) =>
      jobs.some(({ count }) => count > 0),
    );
    const programs = phases.map((phase) => this.runtime.load([phase]));
    const best = programs.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < rounds; round++) {
      for (const [place, program] of programs.entries()) {
        const start = performance.now();
        this.runtime.run(program);
        best[place] = Math.min(best[place]!, performance.now() - start);
      }
    }
    const ownersOf = (jobs: Phase) =>
      new Set(
        jobs.flatMap(({ prologue, instructions }) =>
          [...prologue, ...instructions].flatMap((each) => owners.get(each) ?? []),
        ),
      );
    return phases.map((jobs, place) => ({
      parts: [...new Set(owners.values())].filter((name) => ownersOf(jobs).has(name)),
      chunks: jobs.reduce((sum, { count, grain }) => sum + Math.ceil(count / grain), 0),
      milliseconds: best[place]!,
    }));
  }

  /** Milliseconds of a whole step: the fastest of so many. */
  async timeStep(indices: Uint32Array, rounds: number): Promise<number> {
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      await this.step(indices);
      best = Math.min(best, performance.now() - start);
    }
    return best;
  }
}

interface Spent {
  total: number;
  calls: number;
}

/** The interpreter's loop (assembly/program.ts), with a clock. */
class Stepper {
  readonly #kernels: Kernels;
  readonly #runtime: Runtime;
  readonly #indices: Uint32Array;
  readonly #block: number;
  readonly #addresses = new Map<Instruction, number>();

  constructor(kernels: Kernels, runtime: Runtime, indices: Uint32Array) {
    this.#kernels = kernels;
    this.#runtime = runtime;
    this.#indices = indices;
    this.#block = runtime.arena.allocate(BLOCK_WORDS * 4);
  }

  place(each: Instruction): number {
    const address = this.#runtime.arena.words(each.words);
    this.#addresses.set(each, address);
    return address;
  }

  /** What a call that does nothing takes, in milliseconds: the mean of the fastest run of them. */
  emptyCall(): number {
    const nothing = this.place(instruction("fillZero", { to: this.#block, bytes: 0 }));
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < EMPTY_RUNS; run++) {
      let total = 0;
      for (let call = 0; call < EMPTY_CALLS; call++) {
        const before = performance.now();
        this.#kernels.runInstructions(nothing, 1, this.#block);
        total += performance.now() - before;
      }
      best = Math.min(best, total / EMPTY_CALLS);
    }
    return best;
  }

  step(jobs: readonly Job[]): Map<Instruction, Spent> {
    const spent = new Map<Instruction, Spent>();
    const variables = this.#runtime.arena.ints(this.#block, BLOCK_WORDS);
    const run = (instructions: readonly Instruction[]) => {
      for (const each of instructions) {
        const address = this.#addresses.get(each)!;
        const before = performance.now();
        this.#kernels.runInstructions(address, 1, this.#block);
        const time = performance.now() - before;
        const known = spent.get(each);
        if (known) {
          known.total += time;
          known.calls++;
        } else {
          spent.set(each, { total: time, calls: 1 });
        }
      }
    };
    for (const { byImage, count, grain, prologue, instructions } of jobs) {
      for (let from = 0; from < count; from += grain) {
        const to = Math.min(count, from + grain);
        variables[VARIABLES.from] = from;
        variables[VARIABLES.to] = to;
        if (!byImage) {
          run(instructions);
          continue;
        }
        variables[VARIABLES.group] = from / grain;
        run(prologue);
        for (let image = from; image < to; image++) {
          variables[VARIABLES.image] = image;
          variables[VARIABLES.sample] = this.#indices[image]!;
          run(instructions);
        }
      }
    }
    return spent;
  }
}

/** A trainer whose steps can be taken apart. @throws as createWasmTrainer */
export async function createProfiledTrainer(
  model: LayersModel,
  options: TrainerOptions,
  platform: WasmPlatform,
  threads: number,
): Promise<ProfiledTrainer> {
  const checks = new TrainerChecks(model, options);
  const plan = compile(model, undefined, layersOf(options));
  return new ProfiledTrainer(model, options, checks, plan, await Runtime.start(platform, threads));
}
