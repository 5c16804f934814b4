/** Command-line options, declared once: their type, what is allowed, the default and the help. */

import { parseArgs } from "node:util";
import { type NumberRule, readNumber, ruleText } from "../checks/number-text";
import type { ValueType } from "../config/value-types";
import { UsageError } from "./errors";

/** One option; `read` throws a message that says what is allowed. */
export interface Option<Value> {
  readonly kind: "value" | "flag";
  readonly placeholder: string;
  readonly help: string;
  readonly fallback: Value;
  /** What the help calls the default, where that is not the fallback. */
  readonly standard?: unknown;
  readonly required: boolean;
  read(text: string): Value;
}

type Range = Pick<NumberRule, "min" | "max">;

/** A command's options by name, without the dashes. */
export type Options = Readonly<Record<string, Option<unknown>>>;
export type Values<Declared extends Options> = {
  readonly [Name in keyof Declared]: Declared[Name] extends Option<infer Value> ? Value : never;
};

export interface CommandSyntax<Declared extends Options> {
  /** As in `npm run -s NAME --`. */
  readonly name: string;
  /** One sentence for the help. */
  readonly summary: string;
  readonly options: Declared;
  /** What the help says below the options. */
  readonly notes?: string;
}

/** A whole number within the range. */
export function integer<Fallback extends number | null | undefined>(
  range: Range,
  fallback: Fallback,
  help: string,
): Option<number | Fallback> {
  return number("N", { ...range, whole: true }, fallback, help);
}

/** A decimal number within the range. */
export function decimal<Fallback extends number | undefined>(
  range: Range,
  fallback: Fallback,
  help: string,
): Option<number | Fallback> {
  return number("X", { ...range, whole: false }, fallback, help);
}

function number<Fallback>(
  placeholder: string,
  rule: NumberRule,
  fallback: Fallback,
  help: string,
): Option<number | Fallback> {
  const described = `${help}, ${rule.min} to ${rule.max}`;
  return parsed<number | Fallback>(placeholder, fallback, described, ruleText(rule), (text) =>
    readNumber(text, rule),
  );
}

/** One of the names. */
export function choice<Name extends string, Fallback extends Name | undefined>(
  names: readonly Name[],
  fallback: Fallback,
  help: string,
): Option<Name | Fallback> {
  return parsed<Name | Fallback>(
    names.join("|"),
    fallback,
    help,
    `one of ${names.join(", ")}`,
    (text) => names.find((name) => name === text),
  );
}

/** A value of that type; undefined when the option is left out. */
export function ofType<Value>(type: ValueType<Value>, help: string): Option<Value | undefined> {
  const { placeholder, allowed, limits } = type;
  const described = limits ? `${help}, ${limits.min} to ${limits.max}` : help;
  return parsed<Value | undefined>(placeholder, undefined, described, allowed, (given) => {
    const value = type.read(given);
    return value === undefined || !type.tidy ? value : type.tidy(value);
  });
}

/** The same option, but undefined when it is left out; the help still tells its default. */
export function optional<Value>(option: Option<Value>): Option<Value | undefined> {
  return { ...option, fallback: undefined, standard: option.fallback };
}

/** Names separated by commas, in the order given; all of them when the option is left out. */
export function choices<Name extends string>(
  names: readonly Name[],
  help: string,
): Option<readonly Name[]> {
  const allowed = `names separated by commas, out of ${names.join(", ")}`;
  return parsed("NAME,…", names, help, allowed, (text) => {
    const chosen = text.split(",").map((part) => names.find((name) => name === part.trim()));
    return allThere(chosen) ? [...new Set(chosen)] : undefined;
  });
}

/** Whole numbers separated by commas; they come out ascending and without repeats. */
export function integers(
  range: Range,
  fallback: readonly number[],
  help: string,
): Option<readonly number[]> {
  const allowed = `whole numbers from ${range.min} to ${range.max}, separated by commas`;
  return parsed("N,…", fallback, help, allowed, (text) => {
    const numbers = text.split(",").map((part) => readNumber(part, { ...range, whole: true }));
    return allThere(numbers) ? [...new Set(numbers)].sort((a, b) => a - b) : undefined;
  });
}

/** Any text, such as a path; null when the option is left out. */
export function text(placeholder: string, help: string): Option<string | null> {
  return parsed(placeholder, null, help, `a ${placeholder}`, (given) => given || undefined);
}

/** Any text, and the command cannot do without it. */
export function requiredText(placeholder: string, help: string): Option<string> {
  const option = parsed<string>(
    placeholder,
    "",
    help,
    `a ${placeholder}`,
    (given) => given || undefined,
  );
  return { ...option, required: true };
}

/** True when given. */
export function flag(help: string): Option<boolean> {
  return {
    kind: "flag",
    placeholder: "",
    help,
    fallback: false,
    required: false,
    read: () => true,
  };
}

/**
 * Reads a command's arguments; for `--help` (or -h) it prints the help and returns null.
 *
 * @throws UsageError with one line that says what is allowed
 */
export function parseArguments<const Declared extends Options>(
  syntax: CommandSyntax<Declared>,
  argv: readonly string[],
  print: (text: string) => void = (line) => process.stdout.write(line),
): Values<Declared> | null {
  const { options } = syntax;
  const declared = Object.entries<Option<unknown>>(options);
  const names = declared.map(([name]) => name);
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    options: Object.fromEntries([
      ...declared.map(([name, { kind }]) => [
        name,
        { type: kind === "flag" ? "boolean" : "string" },
      ]),
      ["help", { type: "boolean", short: "h" }],
    ]),
  });
  if (tokens.some((token) => token.kind === "option" && token.name === "help")) {
    print(helpText(syntax));
    return null;
  }
  const values: Record<string, unknown> = {};
  for (const [name, { fallback }] of declared) values[name] = fallback;
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") {
      throw new UsageError(`"${token.value}" is not an option. Allowed: ${listed(names)}.`);
    }
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (!option) {
      throw new UsageError(`There is no option ${token.rawName}. Allowed: ${listed(names)}.`);
    }
    values[token.name] = readOption(token.rawName, option, token.value);
  }
  for (const [name, option] of declared) {
    if (option.required && values[name] === option.fallback) {
      throw new UsageError(`--${name} ${option.placeholder} is needed: ${option.help}.`);
    }
  }
  return values as Values<Declared>;
}

function readOption(name: string, option: Option<unknown>, given: string | undefined): unknown {
  if (option.kind === "flag") {
    if (given === undefined) return true;
    throw new UsageError(`${name} takes no value, but got "${given}".`);
  }
  try {
    return option.read(given ?? "");
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const found = given === undefined ? "nothing" : `"${given}"`;
    throw new UsageError(`${name} takes ${error.message}, not ${found}.`);
  }
}

function helpText<Declared extends Options>({
  name,
  summary,
  options,
  notes,
}: CommandSyntax<Declared>): string {
  const rows = Object.entries(options).map(
    ([option, { placeholder, help, fallback, standard }]) => {
      const value = standard ?? fallback;
      const listed = Array.isArray(value) ? value.join(",") : value;
      const shown = typeof listed === "string" || typeof listed === "number" ? listed : "";
      return {
        left: `  --${option}${placeholder && ` ${placeholder}`}`,
        right: `${help}${shown === "" ? "" : ` (default ${shown})`}`,
      };
    },
  );
  rows.push({ left: "  --help", right: "Shows this" });
  const width = Math.min(34, Math.max(...rows.map((row) => row.left.length))) + 2;
  const lines = rows.map(({ left, right }) =>
    left.length < width ? left.padEnd(width) + right : `${left}\n${" ".repeat(width)}${right}`,
  );
  const below = notes === undefined ? "" : `\n${notes}\n`;
  return `npm run -s ${name} -- [options]\n${summary}\n\n${lines.join("\n")}\n${below}`;
}

/** An option of any kind: `parse` gives undefined for what is not allowed. */
function parsed<Value>(
  placeholder: string,
  fallback: Value,
  help: string,
  allowed: string,
  parse: (text: string) => Value | undefined,
): Option<Value> {
  const read = (given: string): Value => {
    const parsed = parse(given);
    if (parsed === undefined) throw new RangeError(allowed);
    return parsed;
  };
  return { kind: "value", placeholder, help, fallback, required: false, read };
}

function allThere<Item>(items: readonly (Item | undefined)[]): items is readonly Item[] {
  return items.every((item) => item !== undefined);
}

function listed(names: readonly string[]): string {
  return [...names, "help"].map((name) => `--${name}`).join(", ");
}
