/** What training does with a layer, in words: `frozen`, `l2 1e-4`, `bias-l1 …`, `activity-l1 …`. */

import type { Penalties, Rates } from "../spec";
import type { Option, Words } from "./words";

/** What may be said of a layer: of those with a kernel all, of those with other weights less. */
export type WeightsKind = "kernel" | "other";

export interface Training {
  readonly frozen?: true;
  readonly penalties?: Penalties;
}

type Penalised = keyof Penalties;

/** Before the name of a rate. */
const PREFIXES: Readonly<Record<Penalised, string>> = {
  kernel: "",
  bias: "bias-",
  activity: "activity-",
};
const NORMS = ["l1", "l2"] as const;

const FROZEN: Option<true> = {
  says: "frozen",
  read: (word) => (word === "frozen" ? true : undefined),
};

function rateOption(word: string): Option<number> {
  return {
    says: `${word} RATE`,
    read: (found, rest) => (found === word ? rest.rate(`a rate over 0 for ${word}`) : undefined),
  };
}

function readRates(words: Words, prefix: string): Rates | null {
  const found = NORMS.flatMap((norm) => {
    const rate = words.option(rateOption(`${prefix}${norm}`));
    return rate === undefined ? [] : [[norm, rate] as const];
  });
  return found.length === 0 ? null : Object.fromEntries(found);
}

/** @throws NetTextError for a rate that is none */
export function readTraining(words: Words, weights: WeightsKind | undefined): Training {
  const frozen = weights && words.option(FROZEN);
  const arrays: readonly Penalised[] =
    weights === "kernel" ? ["kernel", "bias", "activity"] : ["activity"];
  const penalties = arrays.flatMap((array) => {
    const rates = readRates(words, PREFIXES[array]);
    return rates ? [[array, rates] as const] : [];
  });
  return {
    ...(frozen ? { frozen } : {}),
    ...(penalties.length === 0 ? {} : { penalties: Object.fromEntries(penalties) }),
  };
}

/** The words that are read so; empty where there is nothing to say. */
export function trainingWords({ frozen, penalties = {} }: Training): readonly string[] {
  const rates = Object.entries(PREFIXES).flatMap(([array, prefix]) =>
    NORMS.flatMap((norm) => {
      const rate = penalties[array as Penalised]?.[norm];
      return rate === undefined ? [] : [`${prefix}${norm} ${rate}`];
    }),
  );
  return [...(frozen ? ["frozen"] : []), ...rates];
}
