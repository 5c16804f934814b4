/** What `npm run -s bench` is asked for. */

import { availableParallelism } from "node:os";
import { SETTINGS } from "../../config/settings";
import { PRESETS } from "../../nets/presets";
import { choices, flag, integers, optional, text } from "../args";
import { OWN_NET } from "../recipe";
import { SHAPE } from "../shape";
import { CONTENDER_NAMES } from "./contenders";

const CORES = availableParallelism();

export const BENCH_SYNTAX = {
  name: "bench",
  summary:
    "Times training of the nets, each by its recipe: this engine, tfjs, jax-js, PyTorch and Keras.",
  options: {
    preset: { ...optional(choices(PRESETS, "Nets to train")), standard: "baseline" },
    net: OWN_NET,
    shape: SHAPE,
    only: choices(CONTENDER_NAMES, "Contenders to run"),
    batch: {
      ...optional(
        integers(SETTINGS.batchSize.type.limits, [], "Images a step, one number after the other"),
      ),
      standard: "the recipe's",
    },
    threads: integers(
      SETTINGS.threads.type.limits,
      CORES === 1 ? [1] : [1, CORES],
      "Numbers of threads",
    ),
    operations: flag(
      "Instead takes a step of this engine apart: each operation beside what peaks allow it",
    ),
    "first-step": text(
      "PATH",
      "Instead times one net from the files of a data set to its first step",
    ),
    json: flag("Prints the report as one JSON object"),
    save: flag("Also writes it to bench/results"),
    trial: flag("One short round of each, WebGPU in software if need be: shows that it runs"),
  },
};
