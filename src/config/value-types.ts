/** What a setting may be: how its values are checked, written as text, read from it and told. */

import * as v from "valibot";
import { type NumberRule, readNumber, ruleText } from "../checks/number-text";
import { decimal, isAscending, oneOf, onOff, whole } from "../checks/schema";
import { type DataSpec, MOST_CLASSES } from "../datasets/dataset";

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
   * @param images that it is for; left out, it is checked for what holds of any images
   */
  schema(subject: string, images?: DataSpec): v.GenericSchema<unknown, T>;
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
  /** What those images lack for an option, and what would do; null where they can have it. */
  lack(option: string, images: DataSpec): string | null;
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

/** Words of at most so many characters in one line, or none. */
export function shortText(most: number): TextType<string> {
  const allowed = `at most ${most} characters in one line`;
  const isAllowed = (text: string) => text.length <= most && !/[\p{Cc}\u2028\u2029]/u.test(text);
  return {
    kind: "text",
    allowed,
    hasOwnText: false,
    placeholder: "TEXT",
    schema: (subject) =>
      v.pipe(
        v.string(`${subject} must be ${allowed}.`),
        v.check(isAllowed, `${subject} must be ${allowed}.`),
      ),
    write: String,
    read: (text) => (isAllowed(text) ? text : undefined),
    isSame: Object.is,
  };
}

/**
 * One of the names.
 *
 * @param lack what images lack for an option, as a sentence goes on after "The split cannot be own-test: "
 */
export function choice<const Names extends readonly string[]>(
  options: Names,
  lack: ChoiceType<Names[number]>["lack"] = () => null,
): ChoiceType<Names[number]> {
  return {
    kind: "choice",
    options,
    allowed: `one of ${options.join(", ")}`,
    hasOwnText: false,
    placeholder: options.join("|"),
    lack,
    schema(subject, images) {
      const name = oneOf(options, subject);
      if (!images) return name;
      return v.pipe(
        name,
        v.check(
          (option) => lack(option, images) === null,
          ({ input }) => `${subject} cannot be ${input}: ${lack(input, images)}.`,
        ),
      );
    },
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

/** Different ids of a data set's classes, ascending, at least one. */
export function classIds(subject: string): TextType<readonly number[]> {
  const upTo = (ids: number) => ({ min: 0, max: ids - 1 });
  return {
    kind: "text",
    allowed: "class ids, whole numbers from 0 on, separated by commas",
    hasOwnText: false,
    placeholder: "N,…",
    schema(who, images) {
      const known = images?.classNames.length ?? MOST_CLASSES;
      const message = `${who} must be different numbers from 0 to ${known - 1}, ascending, at least one.`;
      return v.pipe(
        v.array(whole(upTo(known), subject), message),
        v.minLength(1, message),
        v.check((ids) => isAscending(ids), message),
      );
    },
    write: (ids) => ids.join(),
    read(text) {
      const ids = text
        .split(",")
        .map((id) => readNumber(id, { ...upTo(MOST_CLASSES), whole: true }));
      return ids.every((id) => id !== undefined) ? ids : undefined;
    },
    tidy: (ids) => [...new Set(ids)].sort((a, b) => a - b),
    isSame: (a, b) => a.join() === b.join(),
  };
}
