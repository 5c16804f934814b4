/** How far apart devices are after the same steps, and how that is shown. */

import type { RunConfig } from "../../config/config";
import { type Column, markdownTable } from "../../report/table";
import { netName } from "../recipe";

/** What one device made of the steps. */
export interface Trained {
  readonly name: string;
  /** For people: "WASM relaxed SIMD, 2 threads". */
  readonly label: string;
  /** Of every step. */
  readonly losses: Float32Array;
  /** Mean over the validation split, afterwards. */
  readonly validationLoss: number;
  /** All of the net's, concatenated. */
  readonly weights: Float32Array;
}

/** Two devices: relative differences, the first's to the second's. */
export interface Pair {
  readonly a: string;
  readonly b: string;
  /** Of any step's loss at most. */
  readonly worstLoss: number;
  readonly lastLoss: number;
  readonly validationLoss: number;
  /** ‖a − b‖ / ‖b‖ over all weights. */
  readonly weights: number;
  /** Every loss and every weight is the same. */
  readonly sameBits: boolean;
}

export interface Agreement {
  readonly date: string;
  readonly machine: string;
  readonly data: string;
  readonly preset: RunConfig["preset"];
  /** The text of a net of one's own, trained by the preset's recipe; null for the preset's. */
  readonly net: RunConfig["net"];
  readonly batch: number;
  readonly steps: number;
  readonly devices: readonly {
    readonly name: string;
    readonly label: string;
    readonly losses: readonly number[];
    readonly validationLoss: number;
  }[];
  readonly pairs: readonly Pair[];
}

const relative = (a: number, b: number) => (a === b ? 0 : Math.abs(a - b) / Math.abs(b));

/**
 * Each device beside those that were trained before it; one that came to the same bits as another
 * stands beside that one alone, since all else would be said twice.
 */
export function pairsOf(trained: readonly Trained[]): Pair[] {
  const different: Trained[] = [];
  return trained.flatMap((a) => {
    const pairs = different.map((b) => compare(a, b));
    const same = pairs.find(({ sameBits }) => sameBits);
    if (same) return [same];
    different.push(a);
    return pairs;
  });
}

function compare(a: Trained, b: Trained): Pair {
  const apart = Array.from(a.losses, (loss, step) => relative(loss, b.losses[step]!));
  let off = 0;
  let norm = 0;
  for (const [i, weight] of b.weights.entries()) {
    off += (a.weights[i]! - weight) ** 2;
    norm += weight ** 2;
  }
  return {
    a: a.name,
    b: b.name,
    worstLoss: Math.max(...apart),
    lastLoss: apart.at(-1)!,
    validationLoss: relative(a.validationLoss, b.validationLoss),
    weights: Math.sqrt(off / norm),
    sameBits: off === 0 && apart.every((each) => each === 0),
  };
}

const DEVICES: readonly Column<Agreement["devices"][number]>[] = [
  { title: "device", cell: ({ name, label }) => `${name}: ${label}` },
  { title: "first loss", right: true, cell: ({ losses }) => losses[0]!.toFixed(6) },
  { title: "last loss", right: true, cell: ({ losses }) => losses.at(-1)!.toFixed(6) },
  {
    title: "validation loss",
    right: true,
    cell: ({ validationLoss }) => validationLoss.toFixed(6),
  },
];
const small = (value: number) => (value === 0 ? "0" : value.toExponential(1));
const PAIRS: readonly Column<Pair>[] = [
  { title: "two devices", cell: ({ a, b }) => `${a}, ${b}` },
  { title: "worst step's loss", right: true, cell: ({ worstLoss }) => small(worstLoss) },
  { title: "last loss", right: true, cell: ({ lastLoss }) => small(lastLoss) },
  { title: "validation loss", right: true, cell: (pair) => small(pair.validationLoss) },
  { title: "weights", right: true, cell: ({ weights }) => small(weights) },
  { title: "", cell: ({ sameBits }) => (sameBits ? "the same bits" : "") },
];

/** The devices' losses, and how far apart each two are. */
export function markdown(report: Agreement): string {
  const { date, machine, data, net, batch, steps, devices, pairs } = report;
  return [
    `${netName(report)}, batch ${batch}, ${steps} steps from the same weights on the same images (${data}); ` +
      `${machine}, ${date}.`,
    ...(net === null ? [] : ["", `    ${net}`]),
    "",
    markdownTable(DEVICES, devices),
    ...(pairs.length > 0 ? ["", "Relative differences:", "", markdownTable(PAIRS, pairs)] : []),
    "",
  ].join("\n");
}
