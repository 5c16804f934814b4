/** Numbers as people write them: in the form, in links, in lessons and on the command line. */

/** A number's range, ends included, and whether it must be whole. */
export interface NumberRule {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

const WHOLE = /^[+-]?\d+$/;
/** Digits with one point or comma among, before or after them, and perhaps a power of ten. */
const DECIMAL = /^[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?$/i;

/**
 * The number that a text stands for; undefined for any other text, and outside the range.
 *
 * A comma is a decimal point, never a thousands separator: "0,001" is a thousandth. JavaScript's
 * other forms, such as 0x10, are none that a person means; 1e-3 is, though not for a whole number.
 */
export function readNumber(text: string, { min, max, whole }: NumberRule): number | undefined {
  const written = text.trim();
  if (!(whole ? WHOLE : DECIMAL).test(written)) return undefined;
  // Adding 0 makes 0 of -0.
  const value = Number(written.replace(",", ".")) + 0;
  return value >= min && value <= max ? value : undefined;
}

/** What may be written, for people: "a whole number from 1 to 512". */
export const ruleText = ({ min, max, whole }: NumberRule): string =>
  `a ${whole ? "whole " : ""}number from ${min} to ${max}`;
