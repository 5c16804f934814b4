/** Well-formed files with figures that no run has: each is refused with a sentence that names the figure. */

import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../../src/checks/crc32";
import { packRun } from "../../../src/storage/file/run-file";
import { RUN, refusal } from "./finished-run";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

const FILES = unzipSync(packRun(RUN));
const DESCRIPTION: Json = JSON.parse(strFromU8(FILES["run.json"]!));

/** Paths to all numbers. */
function numbersIn(value: Json, path: Path = []): Path[] {
  if (typeof value === "number") return [path];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, part]) =>
    numbersIn(part, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** The description with another value at a path. */
function withValue(value: Json, [key, ...rest]: Path, forged: Json): Json {
  if (key === undefined) return forged;
  const part = (value as { [key: string]: Json })[key]!;
  const changed = withValue(part, rest, forged);
  return Array.isArray(value)
    ? value.with(Number(key), changed)
    : { ...(value as object), [key]: changed };
}

function withDescription(description: Json): Uint8Array {
  return zipSync({ ...FILES, "run.json": strToU8(JSON.stringify(description)) }, { level: 0 });
}

/** The file with one of its arrays changed, and a checksum that fits. */
function withPart(name: string, values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer);
  const told = withValue(DESCRIPTION, ["parts", name, "crc32"], crc32(bytes));
  const files = { ...FILES, [name]: bytes };
  return zipSync({ ...files, "run.json": strToU8(JSON.stringify(told)) });
}

/** Words that a setting goes by where it is not by its key. */
const SETTINGS: Readonly<Record<string, string>> = {
  binaryCrossentropy: "The weight of a loss's term",
  classes: "A class",
  warmup: "The warm-up",
  beta: "The divergence's weight",
  betaWarmup: "The warm-up of beta",
};

/** How a refusal names a number's place. */
function nameOf(path: Path): string {
  const at = path.lastIndexOf("config");
  if (at < 0) return path.join(".");
  const [key = ""] = path.slice(at + (path[at + 1] === "loss" ? 2 : 1));
  const words = String(key).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return SETTINGS[key] ?? words;
}

const NUMBERS = numbersIn(DESCRIPTION);

describe("a number that no run has", () => {
  it("is looked for in all of a file: settings, curves, result, progress, pictures and parts", () => {
    const of = (key: string) => NUMBERS.filter(([first]) => first === key).length;
    expect(of("config")).toBeGreaterThanOrEqual(9);
    expect(of("start")).toBe(5);
    expect(of("epochs")).toBe(2 * 9);
    expect(of("progress")).toBe(14);
    expect(of("result")).toBeGreaterThanOrEqual(23);
    expect(of("deviceChanges")).toBe(2);
    expect(of("frames")).toBe(2 * 7);
    expect(of("parts")).toBe(2 * 9);
    expect(of("createdAt") + of("imagesPerSecond")).toBe(2);
  });

  it.each(NUMBERS.map((path) => [path.join("."), path] as const))(
    "is refused as %s, which the sentence names",
    (_name, path) => {
      for (const forged of [-1e300, 1e300, -2, "7", true, [1]]) {
        // An SSIM may be -1.
        const message = refusal(withDescription(withValue(DESCRIPTION, path, forged)));
        expect(message, `${path.join(".")} = ${forged}`).not.toBe("accepted");
        expect(message.toLowerCase()).toContain(nameOf(path).toLowerCase());
        expect(message).toMatch(/[^.]\.$/);
        expect(message).not.toMatch(/Invalid|Expected|received|undefined/);
      }
    },
  );

  it.each<[string, Path, Json, string]>([
    [
      "more epochs than the settings",
      ["progress", "epoch"],
      1000,
      "progress.epoch must be at most 3",
    ],
    ["a later step than its curves", ["progress", "step"], 9, "progress.step must be at most 8"],
    ["SSIM 5", ["epochs", 1, "validation", "ssim"], 5, "epochs.1.validation.ssim must be a number"],
    ["MSE -1", ["result", "test", "mse"], -1, "result.test.mse must be a number from 0 to 1"],
    ["a loss of -1", ["epochs", 0, "trainLoss"], -1, "epochs.0.trainLoss must be a number"],
    ["half an epoch", ["epochs", 0, "epoch"], 0.5, "epochs.0.epoch must be a whole number"],
    ["an epoch of too many steps", ["epochs", 0, "step"], 5, "epochs.0.step must be at most 4"],
    [
      "more trained than asked for",
      ["result", "epochs"],
      51,
      "result is not right: it has more epochs",
    ],
    ["a best epoch to come", ["result", "bestEpoch"], 3, "result is not right"],
    [
      "another size than its settings'",
      ["result", "latent"],
      64,
      "result is not right: its settings",
    ],
    ["a best epoch after the last", ["progress", "best", "epoch"], 3, "progress.best.epoch"],
    ["kept weights of a later step", ["progress", "kept", "step"], 9, "progress.kept.step"],
    ["losses of no images", ["progress", "lossSum"], 1, "progress.lossSum must be at most 0"],
    ["other weights than it says", ["start", "parameters"], 4, "weights must be 4, and are 3"],
    ["65 threads", ["start", "threads"], 65, "start.threads must be a whole number from 1 to 64"],
    [
      "a steps' total that is less",
      ["start", "stepsPerEpoch"],
      1,
      "epochs.0.step must be at most 1",
    ],
    ["the year 10000", ["createdAt"], 253_402_300_800_000, "createdAt must be a whole number"],
    [
      "more steps repeated than taken",
      ["deviceChanges", 0, "repeats"],
      7,
      "deviceChanges.0 is not",
    ],
    ["a device lost in the future", ["deviceChanges", 0, "step"], 9, "deviceChanges.0.step"],
    ["pictures twice of a step", ["frames", 1, "step"], 0, "frames are not right: their steps"],
    ["a long failure", ["failure"], "x".repeat(100_001), "failure must be text of at most"],
    ["a device of a long name", ["start", "deviceLabel"], "x".repeat(201), "start.deviceLabel"],
    ["a name of blanks", ["name"], "  ", "name must have a character at least"],
    ["too many images", ["result", "testImages"], 100_001, "result.testImages must be"],
  ])("is refused in a file with %s", (_what, path, forged, message) => {
    expect(refusal(withDescription(withValue(DESCRIPTION, path, forged)))).toContain(message);
  });

  const { record, arrays } = RUN;
  it.each<[string, Float32Array, number, string]>([
    ["losses.f32", record.losses, -1, "losses must be numbers from -0.001 to 3.4e+38"],
    ["weights-last.f32", arrays!.weights, Number.NaN, "weights must be numbers"],
    ["weights-best.f32", arrays!.best!, Number.POSITIVE_INFINITY, "best weights must be numbers"],
    ["adam-m.f32", arrays!.m, Number.NEGATIVE_INFINITY, "adam-m must be numbers"],
    ["adam-v.f32", arrays!.v, -1e-9, "adam-v must be numbers from 0"],
    ["test-ssim.f32", record.test!.ssim, 5, "test.ssim must be numbers from -1"],
    ["test-ssim-writeup.f32", record.test!.ssimWriteup, -2, "test.ssimWriteup must be numbers"],
    ["test-mse.f32", record.test!.mse, -1, "test.mse must be numbers from 0"],
  ])("is refused in %s, wherever it stands", (name, values, forged, message) => {
    for (let at = 0; at < values.length; at++) {
      const found = refusal(withPart(name, values.with(at, forged)));
      expect(found).toContain(message);
      expect(found).toContain(`and number ${at + 1} is `);
    }
  });
});

describe("a zip of a run", () => {
  /** The file with entries of one name in place of others: fflate writes none twice. */
  function renamed(entries: readonly string[], name: string): Uint8Array {
    const files = Object.fromEntries(entries.map((each) => [each, new Uint8Array(1000)]));
    const zip = zipSync({ ...FILES, ...files }, { level: 0 });
    const text = strFromU8(zip, true);
    return strToU8(text.replaceAll(new RegExp(entries.join("|"), "g"), name), true);
  }
  const NAMES = (count: number) =>
    Array.from({ length: count }, (_, i) => `other-${String(i).padStart(3, "0")}f`);

  it("that has a part twice, or a thousand times, is refused at the second", () => {
    // As long as the name that they get, so that no offset changes.
    expect(refusal(renamed(NAMES(1), "losses.f32"))).toBe("It has its losses.f32 more than once.");
    expect(refusal(renamed(NAMES(1000), "losses.f32"))).toBe(
      "It has its losses.f32 more than once.",
    );
  });

  it("with a few other files in it is a run all the same, with hundreds not", () => {
    const more = (count: number) =>
      zipSync({
        ...FILES,
        ...Object.fromEntries(NAMES(count).map((name) => [name, new Uint8Array(10)])),
      });
    expect(refusal(more(5))).toBe("accepted");
    expect(refusal(more(100))).toBe("It has more parts than any run.");
  });
});
