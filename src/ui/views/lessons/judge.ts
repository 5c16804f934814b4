/** Holds a reader's guess against what came out, by a lesson's `judge` block. */

import { type Figures, figureText } from "./figures";
import type { Judge, Operand, Quantity, Question } from "./parse";

export interface Verdict {
  readonly value: number;
  readonly valueText: string;
  /** Null where the question was skipped. */
  readonly said: number | null;
  readonly saidText: string | null;
  readonly outcome: "right" | "over" | "under" | "wrong" | "skipped";
  /** How far a number was away; null of lists and where it was skipped. */
  readonly offText: string | null;
  /** Place of the option that is right; null of sliders. */
  readonly right: number | null;
}

/**
 * A guess beside what came out.
 *
 * @param runs figures by run: all that the block takes must be there
 * @param said null where the question was skipped
 */
export function verdictOf(
  judge: Judge,
  question: Question,
  said: number | null,
  runs: Readonly<Record<string, Figures>>,
): Verdict {
  const value = measuredOf(judge.is, runs);
  const given = {
    value,
    valueText: quantityText(judge.is, value),
    said,
    saidText: said === null ? null : answerText(question, said),
  };
  if (judge.by === "choice") {
    const right = optionOf(judge.limits, value);
    const outcome = said === null ? "skipped" : said === right ? "right" : "wrong";
    return { ...given, outcome, offText: null, right };
  }
  if (said === null) return { ...given, outcome: "skipped", offText: null, right: null };
  const off = said - value;
  // Sums of tenths are not exact: 0.85 − 0.84 is over 0.01.
  const isNear = Math.abs(off) <= judge.near + 1e-9;
  const outcome = isNear ? "right" : off > 0 ? "over" : "under";
  return { ...given, outcome, offText: distanceText(judge.is, Math.abs(off)), right: null };
}

/** The option in whose part of the scale a value lies. */
export function optionOf(limits: readonly number[], value: number): number {
  const ascends = limits.length < 2 || limits[0]! < limits[1]!;
  return limits.filter((limit) => (ascends ? value >= limit : value < limit)).length;
}

function measuredOf({ left, operator, right }: Quantity, runs: Readonly<Record<string, Figures>>) {
  const numberOf = (operand: Operand): number =>
    "number" in operand ? operand.number : (runs[operand.run]?.[operand.figure] ?? Number.NaN);
  const first = numberOf(left);
  if (operator === null || right === null) return first;
  return operator === "-" ? first - numberOf(right) : first / numberOf(right);
}

/** A ratio is so many per cent, a difference has its sign. */
function quantityText(quantity: Quantity, value: number): string {
  switch (quantity.operator) {
    case "/":
      return `${Math.round(100 * value)}%`;
    case "-": {
      const digits = distanceText(quantity, Math.abs(value));
      return Number(digits) === 0 ? digits : `${value > 0 ? "+" : "−"}${digits}`;
    }
    case null:
      return "text" in quantity.left ? quantity.left.text : figureText(quantity.left.figure, value);
  }
}

/** With as many digits as the figure has. */
function distanceText({ left, right }: Quantity, value: number): string {
  if ("figure" in left) return figureText(left.figure, value);
  if (right && "figure" in right) return figureText(right.figure, value);
  return value.toFixed(decimalsOf(left.text));
}

/** How many digits a number as it is written has behind its point. */
const decimalsOf = (text: string): number => /\.(\d+)$/.exec(text)?.[1]?.length ?? 0;

/** What the reader answered, in words. */
export function answerText(question: Question, answer: number): string {
  if (question.kind === "choice") return question.options[answer] ?? "";
  return answer.toFixed(decimalsOf(String(question.step)));
}
