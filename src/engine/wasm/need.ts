/** How much memory training on this device takes, known before any of it is taken. */

import type { TrainerOptions } from "../device";
import { differentiate, type TrainingPlan } from "../differentiate";
import type { Plan } from "../plan";
import { type Allocator, MOST_BYTES, roomOf } from "./arena";
import { layOut } from "./layout";
import { allocateScratch, PARTIAL_GROUPS, partialStride, passOf } from "./lowering";
import { allocateMemory } from "./memory";

/** Counts what is asked for. */
class Counter implements Allocator {
  bytes = 0;

  allocate(bytes: number): number {
    const address = this.bytes;
    this.bytes += roomOf(bytes);
    return address;
  }
}

/** More than the programs and the scratch of losses of any of the presets take. */
export const PROGRAMS_BYTES = 1 << 20;

/**
 * Bytes for weights, what the optimiser keeps, and every tensor of a step with as much of its batch as is
 * needed at a time; samples come to it.
 */
export function trainingBytes(
  compiled: Plan,
  options: TrainerOptions,
  threads: number,
  isAutoencoder: boolean,
): number {
  const training: TrainingPlan = differentiate(compiled, options, isAutoencoder);
  const { plan, backward } = training;
  const counter = new Counter();
  allocateMemory(counter, plan, options.batchSize, options.optimizer);
  const { operations, given } = passOf(training);
  layOut(counter, operations, given, options.batchSize, threads);
  counter.allocate(partialStride([...plan.operations, ...backward]) * PARTIAL_GROUPS);
  allocateScratch(counter, [...plan.operations, ...backward], threads);
  return counter.bytes + PROGRAMS_BYTES;
}

/**
 * Why training that takes so many bytes does not fit; null where it does.
 *
 * @param most that memory can grow to
 */
export function memoryProblem(bytes: number, batchSize: number, most = MOST_BYTES): string | null {
  if (bytes <= most) return null;
  const megabytes = (count: number) => Math.ceil(count / 1e6).toLocaleString("en");
  return (
    `Training this net with ${batchSize} images a step takes ${megabytes(bytes)} MB, and WebAssembly has ` +
    `${megabytes(most)} MB at most here: take a smaller batch size, or a smaller net.`
  );
}
