/** What a setting may be: how its values are checked, written as text, read from it and told. */

import * as v from "valibot";
import { type NumberRule, readNumber, ruleText } from "../checks/number-text";
import { decimal, oneOf, onOff, whole } from "../checks/schema";

/** Values of one type, as JSON has them and as text: in links and on the command line. */
export interface ValueType<T> {
  /** Which field of the form takes it: one of a text's own unless it says otherwise. */
  readonly kind: "number" | "choice" | "switch" | "text";
  /** What a text may be, for people: "a whole number from 1 to 512". */
  readonly allowed: string;
  /** Whether a text is written otherwise than the JSON, so that the schema's words do not fit it. */
  readonly hasOwnText: boolean;
  /** Of numbers. */
  readonly limits?: NumberRule;
  /** Stands for a text in the help: "N", "on|off". */
  readonly placeholder: string;
  /**
   * Of a value in JSON.
   *
   * @param subject who must be so, for the message: "The latent size"
   * @param count of ids: how many there are, where that is known better than by the type
   */
  schema(subject: string, count?: number): v.GenericSchema<unknown, T>;
  /** The text that `read` makes the very same value of. */
  write(value: T): string;
  /** Undefined for a text that stands for none; what it gives may still be refused by the schema. */
  read(text: string): T | undefined;
  /** What somebody who types a value may mean by it; left out, the value itself. */
  tidy?(value: T): T;
  isSame(a: T, b: T): boolean;
}

export interface NumberType extends ValueType<number> {
  readonly kind: "number";
  readonly limits: NumberRule;
}

/** With a text form of its own. */
export interface TextType<T> extends ValueType<T> {
  readonly kind: "text";
}

export interface OptionalNumberType extends TextType<number | null> {
  readonly limits: NumberRule;
}

export interface ChoiceType<Name extends string> extends ValueType<Name> {
  readonly kind: "choice";
  readonly options: readonly Name[];
}

export interface SwitchType extends ValueType<boolean> {
  readonly kind: "switch";
}

/** Both ends are allowed. */
export const wholeNumber = (min: number, max: number): NumberType =>
  number({ min, max, whole: true });

/** Both ends are allowed. */
export const decimalNumber = (min: number, max: number): NumberType =>
  number({ min, max, whole: false });

function number(limits: NumberRule): NumberType {
  return {
    kind: "number",
    limits,
    allowed: ruleText(limits),
    hasOwnText: false,
    placeholder: limits.whole ? "N" : "X",
    schema: (subject) => (limits.whole ? whole(limits, subject) : decimal(limits, subject)),
    write: String,
    read: (text) => readNumber(text, limits),
    isSame: Object.is,
  };
}

/** That number, or null, for which a text has a word. */
export function numberOr(none: string, type: NumberType): OptionalNumberType {
  const { limits, placeholder, allowed } = type;
  return {
    kind: "text",
    limits,
    allowed: `${allowed}, or ${none}`,
    hasOwnText: false,
    placeholder: `${placeholder}|${none}`,
    schema: (subject) => v.nullable(type.schema(subject)),
    write: (value) => (value === null ? none : type.write(value)),
    read: (text) => (text === none ? null : type.read(text)),
    isSame: Object.is,
  };
}

/** One of the names. */
export function choice<const Names extends readonly string[]>(
  options: Names,
): ChoiceType<Names[number]> {
  return {
    kind: "choice",
    options,
    allowed: `one of ${options.join(", ")}`,
    hasOwnText: false,
    placeholder: options.join("|"),
    schema: (subject) => oneOf(options, subject),
    write: String,
    read: (text) => options.find((option) => option === text),
    isSame: Object.is,
  };
}

/** True and false, and the word for each: the help names them in this order. */
export function eitherOf(words: Readonly<Record<string, boolean>>): SwitchType {
  const all = Object.keys(words);
  return {
    kind: "switch",
    allowed: all.join(" or "),
    hasOwnText: true,
    placeholder: all.join("|"),
    schema: onOff,
    write: (value) => all.find((word) => words[word] === value) ?? "",
    read: (text) => (Object.hasOwn(words, text) ? words[text] : undefined),
    isSame: Object.is,
  };
}

/** Different ids from 0 on, ascending, at least one. @param count how many there are */
export function idList(count: number, subject: string): TextType<readonly number[]> {
  const upTo = (ids: number) => ({ min: 0, max: ids - 1 });
  const last = upTo(count);
  return {
    kind: "text",
    allowed: `whole numbers from 0 to ${last.max}, separated by commas`,
    hasOwnText: false,
    placeholder: "N,…",
    schema(who, known = count) {
      const message = `${who} must be different numbers from 0 to ${known - 1}, ascending, at least one.`;
      return v.pipe(
        v.array(whole(upTo(known), subject), message),
        v.minLength(1, message),
        v.check((ids) => ids.every((id, i) => i === 0 || ids[i - 1]! < id), message),
      );
    },
    write: (ids) => ids.join(),
    read(text) {
      const ids = text.split(",").map((id) => readNumber(id, { ...last, whole: true }));
      return ids.every((id) => id !== undefined) ? ids : undefined;
    },
    tidy: (ids) => [...new Set(ids)].sort((a, b) => a - b),
    isSame: (a, b) => a.join() === b.join(),
  };
}
