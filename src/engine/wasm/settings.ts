/** The words by which one program serves every step: rate, step number, and what else changes. */

import type { TrainerOptions } from "../device";
import { stepDecay, stepRate } from "../optimizer";
import type { Arena } from "./arena";
import { SETTINGS, SETTINGS_WORDS } from "./program";

/** More numbers than any code has. */
const KEEP_ALL = 2 ** 31 - 1;

/** Writes what the kernels read before step number `t`, counted from 1. */
export function writeStepSettings(
  arena: Arena,
  address: number,
  { optimizer, seed }: TrainerOptions,
  t: number,
  learningRate: number,
): void {
  const floats = arena.floats(address, SETTINGS_WORDS);
  floats[SETTINGS.learningRate] = stepRate(optimizer, learningRate, t);
  floats[SETTINGS.decay] = stepDecay(optimizer, learningRate);
  floats[SETTINGS.clip] = 1;
  const words = arena.ints(address, SETTINGS_WORDS);
  words[SETTINGS.seed] = seed;
  words[SETTINGS.step] = t;
}

/** Writes how many numbers nested dropout keeps in inference; null for all. */
export function writeKept(arena: Arena, address: number, kept: number | null): void {
  arena.ints(address, SETTINGS_WORDS)[SETTINGS.kept] = Math.min(kept ?? KEEP_ALL, KEEP_ALL);
}
