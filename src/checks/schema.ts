/** Schemas of what comes from outside: ranges of numbers and lengths, and what is wrong in our own words. */

import * as v from "valibot";

/** Both ends are allowed. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** @param subject who must be so; without one the fault's path is put before the words */
const must = (what: string, subject?: string): string =>
  subject === undefined ? `must be ${what}` : `${subject} must be ${what}.`;

export function whole({ min, max }: Range, subject?: string) {
  const message = must(`a whole number from ${min} to ${max}`, subject);
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

export function decimal({ min, max }: Range, subject?: string) {
  const message = must(`a number from ${min} to ${max}`, subject);
  return v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message));
}

/** @param longest in characters */
export function text(longest: number) {
  const message = must(`text of at most ${longest} characters`);
  return v.pipe(v.string(message), v.maxLength(longest, message));
}

export function onOff(subject?: string) {
  return v.boolean(must("true or false", subject));
}

export function oneOf<const T extends readonly string[]>(options: T, subject?: string) {
  return v.picklist(options, must(`one of ${options.join(", ")}`, subject));
}

export function list<Item extends v.GenericSchema>(item: Item, longest: number) {
  const message = must(`a list of at most ${longest}`);
  return v.pipe(v.array(item, message), v.maxLength(longest, message));
}

/** What schemas of valibot's own expect, in words. */
const EXPECTED: Readonly<Record<string, string>> = {
  Object: "an object",
  Array: "a list",
  string: "text",
  number: "a number",
  boolean: "true or false",
};

/**
 * An issue as a sentence without its full stop: "epochs.0.trainLoss must be a number from 0 to 1".
 *
 * @param whole what it is told of where no part of it is at fault alone
 */
function faultOf(issue: v.BaseIssue<unknown>, whole: string): string {
  const place = v.getDotPath(issue) ?? whole;
  if (issue.received === "undefined") return `${place} is missing`;
  if (/^(must|is|are) /.test(issue.message)) return `${place} ${issue.message}`;
  const expected = issue.expected === null ? undefined : EXPECTED[issue.expected];
  return expected ? `${place} must be ${expected}` : `${place} is not as it should be`;
}

/** Not what the schema asks for; the message is a sentence without its full stop. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/** @throws SchemaError for the first fault */
export function parseWith<Output>(
  schema: v.GenericSchema<unknown, Output>,
  input: unknown,
  whole = "all of it",
): Output {
  const result = v.safeParse(schema, input, { abortEarly: true });
  if (result.success) return result.output;
  throw new SchemaError(faultOf(result.issues[0], whole));
}

/** Whether each number is greater than the one before. */
export function isAscending(values: readonly number[]): boolean {
  let before = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value <= before) return false;
    before = value;
  }
  return true;
}
