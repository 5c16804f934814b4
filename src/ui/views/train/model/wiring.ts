/** The lines beside the table of a net: which layer takes its input from which row. */

import { IMAGE_INPUT } from "../../../../nets/spec";
import type { LayerSummary } from "../../../../nets/summary";

/** A line past the rows between two layers. */
export interface Wire {
  /** Rows, the image's being 0. */
  readonly from: number;
  readonly to: number;
  /** 1 is next to the dots; wires whose rows overlap have lanes of their own. */
  readonly lane: number;
}

export interface Wiring {
  readonly wires: readonly Wire[];
  /** Rows whose layer takes its input from the row above. */
  readonly joined: ReadonlySet<number>;
  readonly lanes: number;
}

/** Lays the wires so that short ones are near and no two in a lane overlap. */
export function wiringOf(layers: readonly LayerSummary[]): Wiring {
  const rows = new Map([[IMAGE_INPUT, 0], ...layers.map(({ name }, i) => [name, i + 1] as const)]);
  const all = layers.flatMap(({ inputs }, i) =>
    inputs.map((name) => ({ from: rows.get(name) ?? 0, to: i + 1 })),
  );
  const joined = new Set(all.filter(({ from, to }) => to - from === 1).map(({ to }) => to));
  const long = all
    .filter(({ from, to }) => to - from > 1)
    .sort((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from);
  const wires: Wire[] = [];
  for (const { from, to } of long) {
    const taken = wires.filter((wire) => wire.from < to && from < wire.to);
    let lane = 1;
    while (taken.some((wire) => wire.lane === lane)) lane++;
    wires.push({ from, to, lane });
  }
  return { wires, joined, lanes: Math.max(0, ...wires.map(({ lane }) => lane)) };
}
