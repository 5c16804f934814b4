/** The words by which one program serves every step: rate, step number, and what else changes. */

import type { TrainerOptions } from "../device";
import type { Arena } from "./arena";
import { SETTINGS, SETTINGS_WORDS } from "./program";

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
  const correction = Math.sqrt(1 - adam.beta2 ** t);
  floats[SETTINGS.learningRate] = (learningRate * correction) / (1 - adam.beta1 ** t);
  floats[SETTINGS.oneMinusBeta1] = 1 - adam.beta1;
  floats[SETTINGS.oneMinusBeta2] = 1 - adam.beta2;
  floats[SETTINGS.epsilon] = adam.epsilon;
  floats[SETTINGS.decay] = 1 - learningRate * adam.weightDecay;
  floats[SETTINGS.clip] = 1;
  const words = arena.ints(address, SETTINGS_WORDS);
  words[SETTINGS.seed] = seed;
  words[SETTINGS.step] = t;
}

/** Writes how many numbers nested dropout keeps in inference; null for all. */
export function writeKept(arena: Arena, address: number, kept: number | null): void {
  arena.ints(address, SETTINGS_WORDS)[SETTINGS.kept] = Math.min(kept ?? KEEP_ALL, KEEP_ALL);
}
