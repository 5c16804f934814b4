import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import * as args from "../../../src/cli/args";
import { UsageError } from "../../../src/cli/errors";
import { decimalNumber, eitherOf, numberOr } from "../../../src/config/value-types";

const syntax = {
  name: "weave",
  summary: "Weaves.",
  options: {
    latent: args.integer({ min: 1, max: 512 }, 128, "Numbers in the latent vector"),
    patience: args.integer({ min: 1, max: 1000 }, null, "Epochs to wait"),
    lr: args.decimal({ min: 1e-6, max: 1 }, 0.001, "Learning rate"),
    split: args.choice(["stratified", "writeup"], "stratified", "How images are split"),
    classes: args.integers({ min: 0, max: 9 }, [0, 1], "Class ids"),
    only: args.choices(["wasm", "tfjs", "torch"], "Contenders"),
    save: args.text("DIR", "Where the model goes"),
    json: args.flag("One object on stdout"),
  },
} as const;

const parse = (...argv: string[]) => args.parseArguments(syntax, argv);

test("without arguments every option has its default", () => {
  expect(parse()).toEqual({
    latent: 128,
    patience: null,
    lr: 0.001,
    split: "stratified",
    classes: [0, 1],
    only: ["wasm", "tfjs", "torch"],
    save: null,
    json: false,
  });
});

test("each kind of option is read, with a space or an equals sign", () => {
  expect(
    parse(
      "--latent",
      "64",
      "--patience=5",
      "--lr",
      "1e-3",
      "--split=writeup",
      "--json",
      "--classes",
      "9,0,9,3",
      "--only",
      "torch,wasm",
      "--save",
      "out",
    ),
  ).toEqual({
    latent: 64,
    patience: 5,
    lr: 0.001,
    split: "writeup",
    classes: [0, 3, 9],
    only: ["torch", "wasm"],
    save: "out",
    json: true,
  });
});

test("a comma is a decimal point", () => {
  expect(parse("--lr", "0,002")).toMatchObject({ lr: 0.002 });
});

test("values have their options' types", () => {
  const values = parse()!;
  expectTypeOf(values.latent).toEqualTypeOf<number>();
  expectTypeOf(values.patience).toEqualTypeOf<number | null>();
  expectTypeOf(values.split).toEqualTypeOf<"stratified" | "writeup">();
  expectTypeOf(values.save).toEqualTypeOf<string | null>();
  expectTypeOf(values.json).toEqualTypeOf<boolean>();
});

describe("bad arguments: one line that says what is allowed", () => {
  const latent = "a whole number from 1 to 512";
  test.each([
    [["--latent", "0"], `--latent takes ${latent}, not "0".`],
    [["--latent", "513"], `--latent takes ${latent}, not "513".`],
    [["--latent", "12.5"], `--latent takes ${latent}, not "12.5".`],
    [["--latent", "-5"], `--latent takes ${latent}, not "-5".`],
    [["--latent="], `--latent takes ${latent}, not "".`],
    [["--latent"], `--latent takes ${latent}, not nothing.`],
    [["--latent", "0x10"], `--latent takes ${latent}, not "0x10".`],
    [["--latent", "1e2"], `--latent takes ${latent}, not "1e2".`],
    [["--latent", "12,5"], `--latent takes ${latent}, not "12,5".`],
    [["--lr", "0x1"], '--lr takes a number from 0.000001 to 1, not "0x1".'],
    [["--lr", "0b1"], '--lr takes a number from 0.000001 to 1, not "0b1".'],
    [["--lr", "0,0,1"], '--lr takes a number from 0.000001 to 1, not "0,0,1".'],
    [["--lr", "fast"], '--lr takes a number from 0.000001 to 1, not "fast".'],
    [["--lr", "0"], '--lr takes a number from 0.000001 to 1, not "0".'],
    [["--split", "half"], '--split takes one of stratified, writeup, not "half".'],
    [
      ["--classes", "0,x"],
      '--classes takes whole numbers from 0 to 9, separated by commas, not "0,x".',
    ],
    [
      ["--only", "wasm,jax"],
      '--only takes names separated by commas, out of wasm, tfjs, torch, not "wasm,jax".',
    ],
    [["--save", ""], '--save takes a DIR, not "".'],
    [["--json=yes"], '--json takes no value, but got "yes".'],
  ])("%j", (argv, message) => {
    const failing = () => parse(...argv);
    expect(failing).toThrow(UsageError);
    expect(failing).toThrow(message);
  });

  test.each([[["--latnet", "64"]], [["64"]], [["--no-json"]], [["-x"]], [["--toString"]]])(
    "%j names the options there are",
    (argv) => {
      const failing = () => parse(...argv);
      expect(failing).toThrow(UsageError);
      expect(failing).toThrow(/Allowed: --latent, --patience, --lr, .*--json, --help\.$/);
    },
  );
});

describe("options that may be left out", () => {
  const loose = {
    name: "weave",
    summary: "Weaves.",
    options: {
      seed: args.optional(args.integer({ min: 0, max: 9 }, 4, "The seed")),
      epochs: args.integer({ min: 1, max: 9 }, undefined, "Passes"),
      clip: args.ofType(numberOr("none", decimalNumber(0.5, 2)), "The norm"),
      flips: args.ofType(eitherOf({ on: true, off: false }), "Mirrors"),
      split: args.choice(["half", "third"], undefined, "The split"),
    },
    notes: "Threads are extra.",
  } as const;
  const read = (...argv: string[]) => args.parseArguments(loose, argv);

  test("are undefined then, and their value otherwise", () => {
    expect(read()).toEqual({
      seed: undefined,
      epochs: undefined,
      clip: undefined,
      flips: undefined,
      split: undefined,
    });
    expect(read("--seed", "0", "--clip", "1.5", "--flips", "off", "--split", "third")).toEqual({
      seed: 0,
      epochs: undefined,
      clip: 1.5,
      flips: false,
      split: "third",
    });
    expect(read("--flips=on", "--clip=none")).toMatchObject({ flips: true, clip: null });
    expectTypeOf(read()!.clip).toEqualTypeOf<number | null | undefined>();
    expectTypeOf(read()!.split).toEqualTypeOf<"half" | "third" | undefined>();
  });

  test("say what is allowed", () => {
    expect(() => read("--flips", "yes")).toThrow('--flips takes on or off, not "yes".');
    expect(() => read("--clip", "3")).toThrow(
      '--clip takes a number from 0.5 to 2, or none, not "3".',
    );
  });

  test("are helped with what their default is, and with notes", () => {
    let printed = "";
    args.parseArguments(loose, ["--help"], (text) => {
      printed += text;
    });
    expect(printed).toMatch(/--seed N +The seed, 0 to 9 \(default 4\)\n/);
    expect(printed).toMatch(/--epochs N +Passes, 1 to 9\n/);
    expect(printed).toMatch(/--clip X\|none +The norm, 0\.5 to 2\n/);
    expect(printed).toMatch(/--help +Shows this\n\nThreads are extra\.\n$/);
  });
});

test("whatever is given, it is parsed or refused on one line", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constant("--latent"))), (argv) => {
      try {
        args.parseArguments(syntax, argv, () => {});
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    }),
  );
});

test("a required option must be there", () => {
  const needs = {
    name: "score",
    summary: "Scores.",
    options: { pairs: args.requiredText("FILE", "The pairs") },
  };
  expect(() => args.parseArguments(needs, [])).toThrow("--pairs FILE is needed: The pairs.");
  expect(args.parseArguments(needs, ["--pairs", "a.json"])).toEqual({ pairs: "a.json" });
});

test.each([["--help"], ["-h"]])("%s prints every option with its range and default", (help) => {
  let printed = "";
  const result = args.parseArguments(syntax, ["--latent", "9999", help], (text) => {
    printed += text;
  });
  expect(result).toBeNull();
  expect(printed).toContain("npm run -s weave -- [options]");
  expect(printed).toMatch(/--latent N +Numbers in the latent vector, 1 to 512 \(default 128\)/);
  expect(printed).toMatch(
    /--split stratified\|writeup +How images are split \(default stratified\)/,
  );
  expect(printed).toMatch(/--classes N,… +Class ids \(default 0,1\)/);
  expect(printed).toMatch(/--json +One object on stdout\n/);
});
