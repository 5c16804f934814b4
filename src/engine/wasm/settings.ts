/** The words by which one program serves every step: rate, step number, and what else changes. */

import type { TrainerOptions } from "../device";
import type { Arena } from "./arena";
import {
  SETTINGS_CLIP,
  SETTINGS_DECAY,
  SETTINGS_EPSILON,
  SETTINGS_FIRST,
  SETTINGS_KEPT,
  SETTINGS_RATE,
  SETTINGS_SECOND,
  SETTINGS_SEED,
  SETTINGS_STEP,
  SETTINGS_WORDS,
} from "./assembly/opcodes";

/** More numbers than any code has. */
const KEEP_ALL = 2 ** 31 - 1;

/** Writes what the kernels read before step number `t`, counted from 1. */
export function writeStepSettings(
  arena: Arena,
  address: number,
  { adam, seed }: TrainerOptions,
  t: number,
  learningRate: number,
): void {
  const floats = arena.floats(address, SETTINGS_WORDS);
  floats[SETTINGS_RATE] = (learningRate * Math.sqrt(1 - adam.beta2 ** t)) / (1 - adam.beta1 ** t);
  floats[SETTINGS_FIRST] = 1 - adam.beta1;
  floats[SETTINGS_SECOND] = 1 - adam.beta2;
  floats[SETTINGS_EPSILON] = adam.epsilon;
  floats[SETTINGS_DECAY] = 1 - learningRate * adam.weightDecay;
  floats[SETTINGS_CLIP] = 1;
  const words = arena.ints(address, SETTINGS_WORDS);
  words[SETTINGS_SEED] = seed;
  words[SETTINGS_STEP] = t;
}

/** Writes how many numbers nested dropout keeps in inference; null for all. */
export function writeKept(arena: Arena, address: number, kept: number | null): void {
  arena.ints(address, SETTINGS_WORDS)[SETTINGS_KEPT] = Math.min(kept ?? KEEP_ALL, KEEP_ALL);
}
