/** What `npm run -s bench` is asked for. */

import { availableParallelism } from "node:os";
import { LIMITS, PRESETS } from "../../core/config";
import { choices, flag, integer, integers } from "../args";
import { CONTENDERS } from "./contenders";

const CORES = availableParallelism();

export const BENCH_SYNTAX = {
  name: "bench",
  summary: "Times training of the nets, each by its recipe: this engine, tfjs, jax-js and PyTorch.",
  options: {
    preset: { ...choices(PRESETS, "Nets to train"), fallback: ["baseline"] as const },
    only: choices(
      CONTENDERS.map(({ name }) => name),
      "Contenders to run",
    ),
    batch: {
      ...integer(LIMITS.batchSize, undefined, "Images a step"),
      standard: "the recipe's",
    },
    threads: integers(LIMITS.threads, CORES === 1 ? [1] : [1, CORES], "Numbers of threads"),
    json: flag("Prints the report as one JSON object"),
    save: flag("Also writes it to bench/results"),
  },
};
