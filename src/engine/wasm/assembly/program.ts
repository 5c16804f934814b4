/**
 * Runs a program: phases one after another, each a list of jobs cut into chunks that the threads
 * take in turn, with a barrier between phases. Which thread takes a chunk changes no result: a
 * chunk writes what no other chunk of its phase touches.
 *
 *     program   phases, phase …
 *     phase     jobs, chunks, job …
 *     job       byImage, count, grain, chunks, prologue, instructions, words, instruction …
 *     instruction  opcode, arguments, (base, stride, variable) …
 *
 * A chunk is `grain` of a job's `count` units. A job by image runs its prologue once a chunk
 * (its group) and its instructions for every image in it; another runs them once, for a range.
 */

import { int } from "./args";
import { execute } from "./execute";
import {
  BY_FROM,
  BY_GROUP,
  BY_IMAGE,
  BY_SAMPLE,
  BY_THREAD,
  BY_TO,
  CONTROL_ARRIVED,
  CONTROL_COMMAND,
  CONTROL_GENERATION,
  CONTROL_NEXT_CHUNK,
  CONTROL_PROGRAM,
  CONTROL_READY,
  CONTROL_SAMPLES,
  CONTROL_THREADS,
  VARIABLES,
} from "./opcodes";

/** Looks this many times (some 10 µs) before sleeping: most waits are shorter than a wake-up. */
const SPINS: i32 = 4000;

/** Runs `count` instructions from `at`; returns the address after them. */
function runInstructions(at: usize, count: i32, variables: usize): usize {
  const args = variables + <usize>VARIABLES * 4;
  for (; count > 0; count--) {
    const opcode = int(at, 0);
    const total = int(at, 1);
    at += 8;
    for (let i = 0; i < total; i++) {
      const value = int(at, 0) + int(at, 1) * int(variables, int(at, 2));
      store<i32>(args + (<usize>i << 2), value);
      at += 12;
    }
    execute(opcode, args);
  }
  return at;
}

function runChunk(job: usize, chunk: i32, control: usize, variables: usize): void {
  const byImage = int(job, 0);
  const count = int(job, 1);
  const grain = int(job, 2);
  const prologue = int(job, 4);
  const instructions = int(job, 5);
  const from = chunk * grain;
  const to = min(count, from + grain);
  store<i32>(variables + BY_FROM * 4, from);
  store<i32>(variables + BY_TO * 4, to);
  if (!byImage) {
    runInstructions(job + 28, instructions, variables);
    return;
  }
  store<i32>(variables + BY_GROUP * 4, chunk);
  const body = runInstructions(job + 28, prologue, variables);
  const samples = <usize>int(control, CONTROL_SAMPLES);
  for (let image = from; image < to; image++) {
    store<i32>(variables + BY_IMAGE * 4, image);
    store<i32>(variables + BY_SAMPLE * 4, load<i32>(samples + (<usize>image << 2)));
    runInstructions(body, instructions, variables);
  }
}

function barrier(control: usize, threads: i32): void {
  if (threads == 1) {
    store<i32>(control + CONTROL_NEXT_CHUNK * 4, 0);
    return;
  }
  const generation = control + CONTROL_GENERATION * 4;
  const now = atomic.load<i32>(generation);
  if (atomic.add<i32>(control + CONTROL_ARRIVED * 4, 1) == threads - 1) {
    atomic.store<i32>(control + CONTROL_ARRIVED * 4, 0);
    atomic.store<i32>(control + CONTROL_NEXT_CHUNK * 4, 0);
    atomic.add<i32>(generation, 1);
    atomic.notify(generation, -1);
    return;
  }
  for (let i = 0; i < SPINS; i++) {
    if (atomic.load<i32>(generation) != now) return;
  }
  while (atomic.load<i32>(generation) == now) atomic.wait<i32>(generation, now, -1);
}

/** Runs this thread's part of a program; returns when every thread has finished its own. */
export function run(program: usize, control: usize, thread: i32, variables: usize): void {
  const threads = int(control, CONTROL_THREADS);
  store<i32>(variables + BY_THREAD * 4, thread);
  const counter = control + CONTROL_NEXT_CHUNK * 4;
  let phase = program + 4;
  for (let phases = int(program, 0); phases > 0; phases--) {
    const jobs = int(phase, 0);
    const total = int(phase, 1);
    let job = phase + 8;
    let before = 0;
    let index = 0;
    for (;;) {
      const chunk = atomic.add<i32>(counter, 1);
      if (chunk >= total) break;
      while (chunk - before >= int(job, 3)) {
        before += int(job, 3);
        job += 28 + (<usize>int(job, 6) << 2);
        index++;
      }
      runChunk(job, chunk - before, control, variables);
    }
    for (; index < jobs; index++) job += 28 + (<usize>int(job, 6) << 2);
    phase = job;
    barrier(control, threads);
  }
}

/** A helper thread's life: waits for a command, runs its program, ends at program 0. */
export function serve(control: usize, thread: i32, variables: usize): void {
  const command = control + CONTROL_COMMAND * 4;
  let seen = atomic.load<i32>(command);
  atomic.add<i32>(control + CONTROL_READY * 4, 1);
  for (;;) {
    for (let i = 0; i < SPINS && atomic.load<i32>(command) == seen; i++) {}
    while (atomic.load<i32>(command) == seen) atomic.wait<i32>(command, seen, -1);
    seen = atomic.load<i32>(command);
    const program = <usize>atomic.load<i32>(control + CONTROL_PROGRAM * 4);
    if (program == 0) return;
    run(program, control, thread, variables);
  }
}

/** Runs a program on all threads, this one being thread 0. */
export function runOnAll(program: usize, control: usize, variables: usize): void {
  if (int(control, CONTROL_THREADS) > 1) {
    atomic.store<i32>(control + CONTROL_PROGRAM * 4, <i32>program);
    atomic.add<i32>(control + CONTROL_COMMAND * 4, 1);
    atomic.notify(control + CONTROL_COMMAND * 4, -1);
  }
  run(program, control, 0, variables);
}
