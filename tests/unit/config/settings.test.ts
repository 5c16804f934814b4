import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { ruleText } from "../../../src/checks/number-text";
import { parseWith } from "../../../src/checks/schema";
import { UsageError } from "../../../src/cli/errors";
import { readRequest } from "../../../src/cli/train-options";
import {
  DEFAULT_CONFIG,
  inWords,
  leadOf,
  ROWS,
  type RunConfig,
  SETTING_NAMES,
  type SettingName,
} from "../../../src/config/config";
import { parseConfig } from "../../../src/config/config-schema";
import { LOSS_TERMS, type LossWeights } from "../../../src/config/loss";
import { withNetsSize } from "../../../src/config/net";
import { configFor, RECIPE_NAMES } from "../../../src/config/recipes";
import { SETTINGS } from "../../../src/config/settings";
import { DATA_SETS } from "../../../src/datasets/catalogue";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { PRESETS } from "../../../src/nets/presets";
import { netText, parseNet } from "../../../src/nets/text";
import { RUN_CONFIG } from "../../../src/runs/results-schema";
import { readLink, writeLink } from "../../../src/state/link";

const numbers = (name: NumericName): fc.Arbitrary<number> => {
  const { min, max, whole } = SETTINGS[name].type.limits;
  return whole ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
};
const WEIGHTS = fc.double({ min: 0.001, max: 1000, noNaN: true });
/** Those that a net which ends in a sigmoid can have. */
const SIGMOIDS_TERMS = LOSS_TERMS.filter((term) => term !== "categoricalCrossentropy");
const LOSSES: fc.Arbitrary<LossWeights> = fc
  .subarray(SIGMOIDS_TERMS, { minLength: 1 })
  .chain((terms) => fc.record(Object.fromEntries(terms.map((term) => [term, WEIGHTS]))));

type Table = typeof SETTINGS;
type NumericName = {
  [Name in SettingName]: Table[Name]["type"] extends { readonly limits: object } ? Name : never;
}[SettingName];
const hasLimits = (name: SettingName): name is NumericName => "limits" in SETTINGS[name].type;
const NUMERIC = SETTING_NAMES.filter(hasLimits);

const OWN_NETS = [
  "conv 8 3 relu /2 > latent 16 > mirror",
  "flatten > dense 128 relu as a > dense 128 > add a > code > dense 784 > shape 28x28x1 > conv 1 3 sigmoid",
].map((text) => netText(parseNet(text, FASHION_MNIST)));

/** Values that a setting may have, out of all of them. */
function valuesOf(name: SettingName): fc.Arbitrary<unknown> {
  const { type } = SETTINGS[name];
  if (name === "loss") return LOSSES;
  if (name === "data") return fc.constantFrom(...DATA_SETS.map(({ id }) => id));
  if (name === "net") return fc.constantFrom(null, ...OWN_NETS);
  if (name === "netName") return fc.constantFrom("", "Mine", "Zweites Netz, λ = 3 & 50%");
  if (name === "classes") return fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 1 });
  if (hasLimits(name)) return type.kind === "text" ? fc.option(numbers(name)) : numbers(name);
  return type.kind === "switch" ? fc.boolean() : fc.constantFrom(...optionsOf(name));
}

function optionsOf(name: SettingName): readonly string[] {
  const { type } = SETTINGS[name];
  return type.kind === "choice" ? type.options : [];
}

/** A net that can have what the default one cannot. */
const DRAWN = "latent 128 sample > dense 784 > shape 28x28x1 > sigmoid";

/** The default net ends in a sigmoid, so that it can have most of these values; others come with their loss. */
const withValue = (name: SettingName, value: unknown): RunConfig => {
  const preset = name === "preset" ? PRESETS.find((each) => each === value) : undefined;
  const isDrawn = ROWS[name].needs?.some(({ isFor }) => !isFor);
  const net = isDrawn ? { net: DRAWN } : {};
  const config = { ...configFor(preset ?? DEFAULT_CONFIG.preset), ...net, [name]: value };
  // An own net's text says the size of its code.
  return parseConfig(name === "net" ? withNetsSize(config, undefined, FASHION_MNIST) : config);
};

/** As the command line has the settings. */
const flagsOf = (config: RunConfig): string[] =>
  SETTING_NAMES.flatMap((name) => {
    // Another room of the same house: Node's devices go by names of their own.
    if (name === "device") return [];
    return [`--${ROWS[name].key}=${textOf(name, config)}`];
  });

function textOf<Name extends SettingName>(name: Name, config: RunConfig): string {
  return ROWS[name].type.write(config[name]);
}

const commandOf = async (argv: readonly string[]) => (await readRequest(argv, () => {}))!.config;

async function helpText(): Promise<string> {
  let help = "";
  await readRequest(["--help"], (text) => {
    help += text;
  });
  return help;
}

describe.each(SETTING_NAMES)("the row of %s", (name) => {
  const { key, label, help, subject, type } = ROWS[name];

  it("has words, a key of its own, and a part that it leads or is led in", () => {
    for (const words of [label, help, subject, type.allowed, type.placeholder]) {
      expect(words).toMatch(/^\S.*\S$|^[NX]$/);
    }
    expect(key).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(SETTING_NAMES.filter((other) => ROWS[other].key === key)).toEqual([name]);
    expect(ROWS[leadOf(SETTINGS[name].part)].group).toBe(ROWS[name].group);
  });

  it("takes its own default, and can say it", () => {
    expect(withValue(name, DEFAULT_CONFIG[name])[name]).toEqual(DEFAULT_CONFIG[name]);
    expect(type.read(textOf(name, DEFAULT_CONFIG))).toEqual(DEFAULT_CONFIG[name]);
    expect(typeof inWords(name, DEFAULT_CONFIG)).toBe("string");
  });

  it("comes back to the bit from its text, from a link, from the command line and from JSON", async () => {
    await fc.assert(
      fc.asyncProperty(valuesOf(name), async (value) => {
        const config = withValue(name, value);
        expect(ROWS[name].type.read(textOf(name, config))).toEqual(config[name]);
        expect(readLink(writeLink(config))).toEqual({ config, problems: [] });
        expect(await commandOf(flagsOf(config))).toEqual({ ...config, device: "auto" });
        expect(parseConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
      }),
      { numRuns: 30 },
    );
  });

  it("stands in the help with what is allowed and, where no recipe has it, its default", async () => {
    const lines = (await helpText()).replaceAll(/\n {30,}/g, "  ").split("\n");
    const line = lines.find((each) => each.startsWith(`  --${key} `));
    // Node has other devices, and takes files for a data set: the command line says so itself.
    if (name !== "data") expect(line).toContain(help);
    if (name !== "device" && name !== "data")
      expect(line).toContain(`--${key} ${type.placeholder} `);
    const text = textOf(name, DEFAULT_CONFIG);
    const usual = text === "" ? "" : ` (default ${text})`;
    const isOfRecipe = RECIPE_NAMES.some((each) => each === name);
    expect(line?.endsWith(usual)).toBe(!isOfRecipe);
  });
});

describe.each(NUMERIC)("the limits of %s", (name) => {
  const { key, subject, type } = ROWS[name];
  const { limits } = SETTINGS[name].type;
  const rule = ruleText(limits);
  const beyond = [limits.max * 2 + 1, limits.min > 0 ? 0 : -1];

  it("are themselves allowed", () => {
    for (const value of [limits.min, limits.max]) {
      expect(withValue(name, value)[name]).toBe(value);
      expect(type.read(String(value))).toBe(value);
    }
  });

  it.each(beyond)("hold in the same words wherever %d comes from", async (value) => {
    const sentence = `${subject} must be ${rule}.`;
    expect(() => withValue(name, value)).toThrow(sentence);
    expect(readLink(`?${key}=${value}`).problems).toEqual([
      `${key}=${value} was left out. ${sentence}`,
    ]);
    const command = commandOf([`--${key}=${value}`]);
    await expect(command).rejects.toThrow(UsageError);
    await expect(command).rejects.toThrow(`--${key} takes ${type.allowed}, not "${value}".`);
    // The form says “…” is not …
    expect(type.allowed.startsWith(rule)).toBe(true);
    expect(type.read(String(value))).toBeUndefined();
    const stored = { ...DEFAULT_CONFIG, [name]: value };
    const reason = sentence.slice(0, -1).replace(/^The /, "the ");
    expect(() => parseWith(v.object({ config: RUN_CONFIG }), { config: stored })).toThrow(
      `config is not allowed: ${reason}`,
    );
  });
});

describe("the table", () => {
  it("has rows of every kind, and the limits of seven numbers at least", () => {
    const kinds = new Set(SETTING_NAMES.map((name) => SETTINGS[name].type.kind));
    expect([...kinds].sort()).toEqual(["choice", "number", "switch", "text"]);
    expect(NUMERIC.length).toBeGreaterThanOrEqual(7);
  });

  it("refuses a choice, a switch and a list in the same words in a link and in JSON", () => {
    const problemOf = (query: string) => readLink(query).problems[0];
    const sentences = {
      schedule: "The schedule must be one of constant, cosine, oneCycle.",
      classes: "The classes must be different numbers from 0 to 9, ascending, at least one.",
    };
    expect(problemOf("?schedule=linear")).toContain(sentences.schedule);
    expect(() => withValue("schedule", "linear")).toThrow(sentences.schedule);
    expect(problemOf("?classes=1,0")).toContain(sentences.classes);
    expect(() => withValue("classes", [1, 0])).toThrow(sentences.classes);
    expect(problemOf("?keep=first")).toContain("It must be last or best.");
  });
});
