/** How a gradient fares on its way back through a net. */

import type { SlowLayer } from "../../../../protocol/messages";

export type Fate = "fine" | "vanishing" | "exploding" | "nothing";

/** By so much a gradient may shrink or grow on its way from the error before it is marked. */
export const FACTOR = 1000;

/**
 * How the gradient by what each layer makes compares with that by what the last one makes.
 *
 * @returns a fate for each layer: "nothing" where no gradient comes at all
 */
export function fatesOf(layers: readonly SlowLayer[]): readonly Fate[] {
  const last = layers.at(-1)?.gradientNorm ?? 0;
  return layers.map(({ gradientNorm }): Fate => {
    if (gradientNorm === null || gradientNorm === 0) return "nothing";
    if (!(gradientNorm <= last * FACTOR)) return "exploding";
    return gradientNorm < last / FACTOR ? "vanishing" : "fine";
  });
}

/** Where a positive number stands on a scale of powers of ten between the least and the largest: 0 to 1. */
export function logShare(value: number, all: readonly number[]): number {
  const logs = all.filter((each) => each > 0 && Number.isFinite(each)).map(Math.log10);
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  if (!(value > 0)) return 0;
  // A tenth is left to the least: it is something, too.
  return most === least ? 1 : 0.1 + (0.9 * (Math.log10(value) - least)) / (most - least);
}

/** 0.00004213 → "4.2 · 10⁻⁵", 0.0421 → "0.042", 12.3 → "12": two digits. */
export function twoDigits(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 0.001 && size < 10_000) {
    return String(Number(value.toPrecision(2))).replace("-", "−");
  }
  const [digits = "", exponent = ""] = value.toExponential(1).split("e");
  const raised = Array.from(exponent.replace("+", ""), (each) => RAISED[each] ?? "").join("");
  return `${digits.replace("-", "−")} · 10${raised}`;
}

const RAISED: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from("0123456789-", (each, i) => [each, "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"[i] ?? ""]),
);
