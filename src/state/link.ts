/**
 * Settings as a page's query: `?v=1&preset=loom&latent=64&seed=3`.
 *
 * Only what differs from the preset's recipe, or from the defaults where it has none, under the
 * names of the command line's options. A link comes from anywhere, so each value is checked alone:
 * one that is not allowed is named and left out, and the others count.
 */

import { CLASS_NAMES, DEFAULT_CONFIG, LIMITS, type RunConfig } from "../config/config";
import { ConfigError, checkSetting, parseConfig } from "../config/config-schema";
import { LOSS_ALLOWED, parseLoss, writeLoss } from "../config/loss-text";
import { type NumberRule, readNumber } from "../config/number-text";
import { configFor, RECIPES } from "../config/recipes";
import { shortened, someOf } from "./quoted";

/** Names in the address that are no settings: the lesson that is open, and hidden controls. */
const OTHERS = ["lesson", "hide"];

/** Raised when a value's meaning changes; links of older versions are read as they were meant. */
const LINK_VERSION = 1;

/** How one setting is written; what `read` makes of a text is checked by the setting's schema. */
interface Field<K extends keyof RunConfig> {
  readonly key: string;
  readonly write: (value: RunConfig[K]) => string;
  readonly read: (text: string) => unknown;
  /** What the link may say, where the schema's words would be of another form. */
  readonly allowed?: string;
}

const word = (key: string) => ({ key, write: String, read: (text: string) => text });
const CLASS_ID = { min: 0, max: CLASS_NAMES.length - 1, whole: true };
/** What is not such a number is undefined, which no schema takes. */
const number = (key: string, rule: NumberRule) => ({
  key,
  write: String,
  read: (text: string) => readNumber(text, rule),
});
const numberOr = (key: string, none: string, rule: NumberRule) => ({
  key,
  write: (value: number | null) => (value === null ? none : String(value)),
  read: (text: string) => (text === none ? null : readNumber(text, rule)),
});
const choice = (key: string, yes: string, no: string) => ({
  key,
  write: (value: boolean) => (value ? yes : no),
  read: (text: string) => (text === yes ? true : text === no ? false : text),
  allowed: `${yes} or ${no}`,
});

const FIELDS: { readonly [K in keyof RunConfig]: Field<K> } = {
  preset: word("preset"),
  latentSize: number("latent", LIMITS.latentSize),
  classes: {
    key: "classes",
    write: (ids) => ids.join(),
    read: (text) => text.split(",").map((id) => readNumber(id, CLASS_ID)),
  },
  split: word("split"),
  seed: number("seed", LIMITS.seed),
  epochs: number("epochs", LIMITS.epochs),
  batchSize: number("batch", LIMITS.batchSize),
  loss: { key: "loss", write: writeLoss, read: parseLoss, allowed: LOSS_ALLOWED },
  learningRate: number("lr", LIMITS.learningRate),
  schedule: word("schedule"),
  warmup: number("warmup", LIMITS.warmup),
  beta2: number("beta2", LIMITS.beta2),
  weightDecay: number("weight-decay", LIMITS.weightDecay),
  clipNorm: numberOr("clip-norm", "none", LIMITS.clipNorm),
  flips: choice("flips", "on", "off"),
  monitor: word("monitor"),
  patience: numberOr("patience", "none", LIMITS.patience),
  restoreBest: choice("keep", "best", "last"),
  device: word("device"),
  threads: numberOr("threads", "auto", LIMITS.threads),
};

const NAMES = Object.keys(FIELDS) as (keyof RunConfig)[];

/** The query that stands for those settings; empty for the defaults. */
export function writeLink(config: RunConfig): string {
  const parts = NAMES.flatMap((name) => written(name, config));
  return parts.length > 0 ? `?v=${LINK_VERSION}&${parts.join("&")}` : "";
}

function written<K extends keyof RunConfig>(name: K, config: RunConfig): string[] {
  const { key, write } = FIELDS[name];
  const usual = name === "preset" ? DEFAULT_CONFIG : configFor(config.preset);
  const text = write(config[name]);
  // Commas and colons need no escape in a query, and read better without.
  const escaped = encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%3A", ":");
  return text === write(usual[name]) ? [] : [`${key}=${escaped}`];
}

/** The same query with what an address says besides settings. */
export function keepOthers(link: string, address: string): string {
  const given = new URLSearchParams(address);
  const others = OTHERS.flatMap((key) => {
    const value = given.get(key);
    return value === null ? [] : [`${key}=${encodeURIComponent(value).replaceAll("%2C", ",")}`];
  });
  if (others.length === 0) return link;
  return `${link === "" ? "?" : `${link}&`}${others.join("&")}`;
}

export interface ReadLink {
  readonly config: RunConfig;
  /** What was left out, and what would be allowed: a sentence each. */
  readonly problems: readonly string[];
}

/** The settings that a query stands for; never throws. */
export function readLink(query: string): ReadLink {
  const given = new URLSearchParams(query);
  const problems = [...versionProblem(given), ...unknownNames(given)];
  const take = <K extends keyof RunConfig>(name: K): Partial<RunConfig> => {
    const { key, read, allowed } = FIELDS[name];
    const text = given.get(key);
    if (text === null) return {};
    const checked = checkSetting(name, read(text));
    if ("value" in checked) return { [name]: checked.value };
    const rule = allowed ? `It must be ${allowed}.` : checked.message;
    problems.push(`${key}=${shortened(text)} was left out. ${rule}`);
    return {};
  };
  const { preset } = { preset: DEFAULT_CONFIG.preset, ...take("preset") };
  const others = NAMES.filter((name) => name !== "preset").map((name) => take(name));
  const config = configFor(preset, Object.assign({}, ...others));
  try {
    return { config: parseConfig(config), problems };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Each setting alone is allowed, so it is the loss that does not go with the net.
    problems.push(`loss=${writeLoss(config.loss)} was left out. ${error.message}`);
    return { config: { ...config, loss: RECIPES[preset].recipe.loss }, problems };
  }
}

function versionProblem(given: URLSearchParams): string[] {
  const text = given.get("v");
  if (text === null || text === String(LINK_VERSION)) return [];
  return [
    `v=${shortened(text)} is not a version that this page knows: the link may come from a newer one. What it says is read as version ${LINK_VERSION}.`,
  ];
}

function unknownNames(given: URLSearchParams): string[] {
  // The run of a link comes with settings of its own, and is read elsewhere.
  const known = new Set(["v", "run", ...OTHERS, ...NAMES.map((name) => FIELDS[name].key)]);
  const unknown = [...new Set(given.keys())].filter((key) => !known.has(key));
  if (unknown.length === 0) return [];
  if (unknown.length === 1) {
    return [`${shortened(unknown[0]!)} is not a setting of this page, and was left out.`];
  }
  return [`${someOf(unknown)} are not settings of this page, and were left out.`];
}
