/**
 * Settings as a page's query: `?v=1&preset=loom&latent=64&seed=3`.
 *
 * Only what differs from the preset's recipe, or from the defaults where it has none, under the
 * names of the command line's options. A link comes from anywhere, so each value is checked alone:
 * one that is not allowed is named and left out, and the others count.
 */

import {
  DEFAULT_CONFIG,
  eachOf,
  ROWS,
  type RunConfig,
  SETTING_NAMES,
  type SettingName,
} from "../config/config";
import { checkSetting, misfit } from "../config/config-schema";
import { choiceProblem } from "../config/net";
import { configFor } from "../config/recipes";
import { builtIn, type Catalogue, specFor } from "../datasets/catalogue";
import type { DataRef, DataSpec } from "../datasets/dataset";
import { shortened, someOf } from "./quoted";
import { withOwnSize } from "./settings";

/** Names in the address that are no settings: the lesson that is open, and hidden controls. */
const OTHERS = ["lesson", "hide"];

/** What the sender's run came to: write-result-link.ts. */
export const GOT = "got";

/** What a data set of one's own is called, and the shape of its images, for those who have it not. */
const OF = "of";

/** Raised when a value's meaning changes; links of older versions are read as they were meant. */
export const LINK_VERSION = 1;

/**
 * The query that stands for those settings; empty for the defaults.
 *
 * @param spec of their images: a link to a data set of one's own says what to bring
 */
export function writeLink(config: RunConfig, spec?: DataSpec): string {
  const parts = SETTING_NAMES.flatMap((name) => {
    const usual = name === "preset" ? DEFAULT_CONFIG : configFor(config.preset);
    const text = textOf(name, config);
    if (text === textOf(name, usual)) return [];
    // An own net's text says it.
    if (name === "latentSize" && config.net !== null) return [];
    // Commas and colons need no escape in a query, and read better without.
    const escaped = encodeURIComponent(text).replaceAll("%2C", ",").replaceAll("%3A", ":");
    return [`${ROWS[name].key}=${escaped}`];
  });
  if (spec?.id === config.data && !builtIn(spec.id)) {
    const { title, height, width, channels } = spec;
    parts.push(`${OF}=${encodeURIComponent(`${title}, ${height} × ${width} × ${channels}`)}`);
  }
  return parts.length > 0 ? `?v=${LINK_VERSION}&${parts.join("&")}` : "";
}

function textOf<Name extends SettingName>(name: Name, config: RunConfig): string {
  return ROWS[name].type.write(config[name]);
}

/** The data set that a link names, where it is none that comes with the page: an id, or an address of its files. */
export function linkedData(
  query: string,
): { readonly id: DataRef } | { readonly address: string } | null {
  const data = new URLSearchParams(query).get(ROWS.data.key);
  if (data === null || data === "" || builtIn(data)) return null;
  return "value" in checkSetting("data", data) ? { id: data } : { address: data };
}

/** The same query without its data set. */
export function withoutData(query: string): string {
  const given = new URLSearchParams(query);
  given.delete(ROWS.data.key);
  return `?${given}`;
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

/**
 * The settings that a query stands for; never throws.
 *
 * @param catalogue data sets that are at hand: a link to another says which it needs
 */
export function readLink(query: string, catalogue: Catalogue = builtIn): ReadLink {
  const given = new URLSearchParams(query);
  const problems = [...versionProblem(given), ...unknownNames(given)];
  const leaveOut = (name: SettingName, text: string, reason: string) =>
    problems.push(`${ROWS[name].key}=${shortened(text)} was left out. ${reason}`);
  const take = (name: SettingName, images?: DataSpec): Partial<RunConfig> => {
    const { key, type } = ROWS[name];
    const text = given.get(key);
    if (text === null) return {};
    const checked = checkSetting(name, type.read(text), images);
    if ("value" in checked) return { [name]: checked.value };
    leaveOut(name, text, type.hasOwnText ? `It must be ${type.allowed}.` : checked.message);
    return {};
  };
  const { data = DEFAULT_CONFIG.data } = take("data");
  const found = catalogue(data);
  if (!found) problems.push(elsewhere(data, given.get(OF)));
  const spec = found ?? specFor(DEFAULT_CONFIG.data);
  const { preset = DEFAULT_CONFIG.preset } = take("preset");
  const others = SETTING_NAMES.filter((name) => name !== "preset" && name !== "data");
  const chosen: Partial<RunConfig> = Object.assign(
    { data: spec.id },
    ...others.map((name) => take(name, spec)),
  );
  const settings = configFor(preset, chosen);
  const read = settings.net === null ? settings : withOwnSize(settings, chosen.latentSize, spec);
  const problem = choiceProblem(read, spec);
  if (problem !== null) return { config: read, problems: [...problems, problem] };
  // Each setting alone is allowed, but not for every net.
  const unfit = SETTING_NAMES.flatMap((name) => {
    const message = misfit(name, read, spec);
    if (message === null) return [];
    leaveOut(name, textOf(name, read), message);
    return [name];
  });
  return { config: { ...read, ...eachOf(unfit, (name) => configFor(preset)[name]) }, problems };
}

const elsewhere = (data: DataRef, of: string | null): string =>
  `It is of the data set ${of === null ? shortened(data) : `“${shortened(of)}”`}, which is not in this browser: ` +
  `bring its files (drop them on the page), and the page goes on from this link. Until then what else it ` +
  `says is shown for ${specFor(DEFAULT_CONFIG.data).title}.`;

function versionProblem(given: URLSearchParams): string[] {
  const text = given.get("v");
  if (text === null || text === String(LINK_VERSION)) return [];
  return [
    `v=${shortened(text)} is not a version that this page knows: the link may come from a newer one. What it says is read as version ${LINK_VERSION}.`,
  ];
}

function unknownNames(given: URLSearchParams): string[] {
  // The run of a link comes with settings of its own, and is read elsewhere.
  const known = new Set([
    "v",
    "run",
    OF,
    GOT,
    ...OTHERS,
    ...SETTING_NAMES.map((name) => ROWS[name].key),
  ]);
  const unknown = [...new Set(given.keys())].filter((key) => !known.has(key));
  const [first, ...others] = unknown;
  if (first === undefined) return [];
  if (others.length === 0) {
    return [`${shortened(first)} is not a setting of this page, and was left out.`];
  }
  return [`${someOf(unknown)} are not settings of this page, and were left out.`];
}
