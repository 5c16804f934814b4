/**
 * Runs a program: phases one after another, each a list of jobs cut into chunks that the threads
 * take in turn, with a barrier between phases. Which thread takes a chunk changes no result: a
 * chunk writes what no other chunk of its phase touches.
 *
 * A program is the words of a Program, then those of its phases, each with its jobs after it, each
 * with its instructions, each with its arguments. A chunk is `grain` of a job's `count` units. A job
 * by image runs its prologue once a chunk (its group) and its instructions for every image in it;
 * another runs them once, for a range.
 */

import { execute } from "./generated/execute";
import {
  Argument,
  Control,
  Instruction,
  Job,
  Phase,
  Program,
  Variables,
} from "./generated/records";

/** Looks this many times (some 10 µs) before sleeping: most waits are shorter than a wake-up. */
const SPINS: i32 = 4000;

/** Runs `count` instructions from `at`; returns the address after them. Exported for those who time each. */
export function runInstructions(at: usize, count: i32, variables: Variables): usize {
  const args = changetype<usize>(variables) + offsetof<Variables>();
  for (; count > 0; count--) {
    const instruction = changetype<Instruction>(at);
    const total = instruction.args;
    at += offsetof<Instruction>();
    for (let i = 0; i < total; i++) {
      const argument = changetype<Argument>(at);
      const by = load<i32>(changetype<usize>(variables) + ((<usize>argument.by) << 2));
      store<i32>(args + ((<usize>i) << 2), argument.base + argument.stride * by);
      at += offsetof<Argument>();
    }
    execute(instruction.opcode, args);
  }
  return at;
}

function runChunk(job: Job, chunk: i32, control: Control, variables: Variables): void {
  const from = chunk * job.grain;
  const to = min(job.count, from + job.grain);
  const start = changetype<usize>(job) + offsetof<Job>();
  variables.from = from;
  variables.to = to;
  if (!job.byImage) {
    runInstructions(start, job.instructions, variables);
    return;
  }
  variables.group = chunk;
  const body = runInstructions(start, job.prologue, variables);
  for (let image = from; image < to; image++) {
    variables.image = image;
    variables.sample = load<i32>(control.samples + ((<usize>image) << 2));
    runInstructions(body, job.instructions, variables);
  }
}

function barrier(control: Control, threads: i32): void {
  if (threads == 1) {
    control.nextChunk = 0;
    return;
  }
  const words = changetype<usize>(control);
  const generation = words + offsetof<Control>("generation");
  const now = atomic.load<i32>(generation);
  if (atomic.add<i32>(words + offsetof<Control>("arrived"), 1) == threads - 1) {
    atomic.store<i32>(words + offsetof<Control>("arrived"), 0);
    atomic.store<i32>(words + offsetof<Control>("nextChunk"), 0);
    atomic.add<i32>(generation, 1);
    atomic.notify(generation, -1);
    return;
  }
  for (let i = 0; i < SPINS; i++) {
    if (atomic.load<i32>(generation) != now) return;
  }
  while (atomic.load<i32>(generation) == now) atomic.wait<i32>(generation, now, -1);
}

/** The job after that one. */
function jobAfter(job: Job): Job {
  return changetype<Job>(changetype<usize>(job) + offsetof<Job>() + ((<usize>job.words) << 2));
}

/** Runs this thread's part of a program; returns when every thread has finished its own. */
function run(program: Program, control: Control, thread: i32, variables: Variables): void {
  const threads = control.threads;
  variables.thread = thread;
  const counter = changetype<usize>(control) + offsetof<Control>("nextChunk");
  let phase = changetype<Phase>(changetype<usize>(program) + offsetof<Program>());
  for (let phases = program.phases; phases > 0; phases--) {
    const jobs = phase.jobs;
    const total = phase.chunks;
    let job = changetype<Job>(changetype<usize>(phase) + offsetof<Phase>());
    let before = 0;
    let index = 0;
    for (;;) {
      const chunk = atomic.add<i32>(counter, 1);
      if (chunk >= total) break;
      while (chunk - before >= job.chunks) {
        before += job.chunks;
        job = jobAfter(job);
        index++;
      }
      runChunk(job, chunk - before, control, variables);
    }
    for (; index < jobs; index++) job = jobAfter(job);
    phase = changetype<Phase>(job);
    barrier(control, threads);
  }
}

/** A helper thread's life: waits for a command, runs its program, ends at program 0. */
export function serve(control: Control, thread: i32, variables: Variables): void {
  const words = changetype<usize>(control);
  const command = words + offsetof<Control>("command");
  let seen = atomic.load<i32>(command);
  atomic.add<i32>(words + offsetof<Control>("ready"), 1);
  for (;;) {
    for (let i = 0; i < SPINS && atomic.load<i32>(command) == seen; i++) {}
    while (atomic.load<i32>(command) == seen) atomic.wait<i32>(command, seen, -1);
    seen = atomic.load<i32>(command);
    const program = <usize>atomic.load<i32>(words + offsetof<Control>("program"));
    if (program == 0) return;
    run(changetype<Program>(program), control, thread, variables);
  }
}

/** Runs a program on all threads, this one being thread 0. */
export function runOnAll(program: Program, control: Control, variables: Variables): void {
  if (control.threads > 1) {
    const words = changetype<usize>(control);
    atomic.store<i32>(words + offsetof<Control>("program"), changetype<i32>(program));
    atomic.add<i32>(words + offsetof<Control>("command"), 1);
    atomic.notify(words + offsetof<Control>("command"), -1);
  }
  run(program, control, 0, variables);
}
