/** What the oldest browsers that we support (package.json's browserslist) have, by MDN's data. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import bcd, {
  type BrowserName,
  type CompatStatement,
  type Identifier,
} from "@mdn/browser-compat-data/forLegacyNode";
import { ROOT } from "../../scripts/lib/project.mjs";

const MDN_NAMES: Readonly<Record<string, BrowserName>> = {
  chrome: "chrome",
  edge: "edge",
  firefox: "firefox",
  safari: "safari",
  ios_saf: "safari_ios",
};

/** Browser and oldest version of it. */
export const OLDEST: readonly (readonly [BrowserName, string])[] = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
).browserslist.map((entry: string) => {
  const [, name = "", version = ""] = /^(\w+) >= ([\d.]+)$/.exec(entry) ?? [];
  const browser = MDN_NAMES[name];
  if (!browser) throw new Error(`"${entry}" is not of the form "chrome >= 111".`);
  return [browser, version];
});

/** Whether version a is b or older; "≤37" says that it was there by 37. */
function isBy(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => text.replace("≤", "").split(".").map(Number));
  const difference = x![0]! - y![0]! || (x![1] ?? 0) - (y![1] ?? 0);
  return difference <= 0;
}

/**
 * Those of the oldest browsers that do not have it, or only behind a flag or by another name.
 *
 * @param prefixes by which it is there, too: "-webkit-"
 */
function missingIn({ support }: CompatStatement, prefixes: readonly string[]): string[] {
  return OLDEST.filter(([browser, version]) => {
    const statements = [support[browser] ?? []].flat();
    return !statements.some(
      ({
        version_added: added,
        version_removed: removed,
        flags,
        prefix,
        alternative_name: other,
      }) =>
        typeof added === "string" &&
        added !== "preview" &&
        isBy(added, version) &&
        !(typeof removed === "string" && isBy(removed, version)) &&
        (!prefix || prefixes.includes(prefix)) &&
        !(flags || other),
    );
  }).map(([browser, version]) => `${browser} ${version}`);
}

/** What the oldest browsers lack; empty where they have it, null where MDN knows of no such thing. */
export type Lack = readonly string[] | null;

const lackOf = (entry: Identifier | undefined, prefixes: readonly string[] = []): Lack =>
  entry?.__compat ? missingIn(entry.__compat, prefixes) : null;

/** Interfaces of the web and classes of the language. */
function scriptClass(name: string): Identifier | undefined {
  const places = [bcd.api, bcd.javascript.builtins!, bcd.webassembly.api!];
  return places.find((place) => Object.hasOwn(place, name))?.[name];
}

/** "AbortSignal". */
export const globalLack = (name: string): Lack => lackOf(scriptClass(name));

/** A property of a class itself ("AbortSignal", "any") or of what it makes ("Array", "toReversed"). */
export function memberLack(of: string, member: string): Lack {
  const owner = scriptClass(of);
  return lackOf(owner?.[`${member}_static`]) ?? lackOf(owner?.[member]);
}

/** Young, and with names that everybody's own objects have: "take", "drop", "dispose", "pause" … */
const AMBIGUOUS = /^(Iterator|AsyncIterator|.*DisposableStack|SuppressedError|Atomics|Symbol)$/;

/** Of the language's classes, those whose objects have a property of that name. */
export function builtinsWith(member: string): string[] {
  return Object.entries(bcd.javascript.builtins!)
    .filter(([name, entry]) => !AMBIGUOUS.test(name) && Object.hasOwn(entry, member))
    .map(([name]) => name);
}

/** A part of the data that is not there would let everything pass. */
function partOf(name: string): Identifier {
  const part = bcd.css[name];
  if (!part) throw new Error(`MDN's data has no CSS ${name}.`);
  return part;
}

const properties = partOf("properties");
const selectors = partOf("selectors");
const types = partOf("types");
const atRules = partOf("at-rules");

/** "@container", without its at. */
export const atRuleLack = (name: string): Lack => lackOf(atRules[name]);
/** ":has", without its colons. */
export const selectorLack = (name: string): Lack => lackOf(selectors[name]);
export const propertyLack = (name: string, prefixes: readonly string[]): Lack =>
  lackOf(properties[name], prefixes);
export const keywordLack = (property: string, word: string): Lack =>
  lackOf(properties[property]?.[word]);

/** "color-mix": a function or unit of any type of values. */
export function functionLack(name: string): Lack {
  const search = (entry: Identifier, depth: number): Lack => {
    if (Object.hasOwn(entry, name)) return lackOf(entry[name]);
    if (depth === 0) return null;
    for (const [key, part] of Object.entries(entry)) {
      if (key === "__compat") continue;
      const found = search(part as Identifier, depth - 1);
      if (found) return found;
    }
    return null;
  };
  return search(types, 2);
}
