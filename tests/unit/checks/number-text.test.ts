import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readNumber, ruleText } from "../../../src/checks/number-text";
import { SETTINGS } from "../../../src/config/settings";

describe("readNumber", () => {
  it.each([
    ["latentSize", "1", 1],
    ["latentSize", "512", 512],
    ["latentSize", "007", 7],
    ["epochs", " 50 ", 50],
    ["epochs", "+50", 50],
    ["seed", "-0", 0],
    ["seed", "4294967295", 4294967295],
    ["learningRate", "3e-4", 3e-4],
    ["learningRate", "3E-4", 3e-4],
    ["learningRate", "0,001", 0.001],
    ["learningRate", ",5", 0.5],
    ["learningRate", "1.", 1],
    ["learningRate", "2,5e-4", 2.5e-4],
    ["warmup", "-0", 0],
  ] as const)("%s takes %j", (name, text, value) => {
    expect(readNumber(text, SETTINGS[name].type.limits)).toBe(value);
  });

  const FORMS = [
    "0x10",
    "0b11",
    "0o17",
    "1_0",
    "١٠",
    "１０",
    "1 0",
    "Infinity",
    "NaN",
    "ten",
    "",
    " ",
  ];

  it.each([
    ...FORMS,
    "0",
    "513",
    "-5",
    "12.5",
    "12,5",
    "1.0",
    "1,000",
    "1e2",
    "1e400",
    "9007199254740993",
  ])("a whole number from 1 to 512 is not %j", (text) => {
    expect(readNumber(text, SETTINGS.latentSize.type.limits)).toBeUndefined();
  });

  it.each([
    ...FORMS,
    "0",
    "1.01",
    "1,01",
    "-0.5",
    "0,0,1",
    "0.0.1",
    "0,001.5",
    "1.000,5",
    ".",
    ",",
    "1e",
    "e-3",
    "1e-3.5",
    "1e400",
    "−0.5",
  ])("a number from 0.000001 to 1 is not %j", (text) => {
    expect(readNumber(text, SETTINGS.learningRate.type.limits)).toBeUndefined();
  });

  it("reads what JavaScript writes, with a comma for its point too", () => {
    const rule = { min: -Number.MAX_VALUE, max: Number.MAX_VALUE, whole: false };
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(readNumber(String(value), rule)).toBe(value + 0);
        expect(readNumber(String(value).replace(".", ","), rule)).toBe(value + 0);
      }),
    );
  });

  it("never gives what the rule does not allow", () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (text, whole) => {
        const value = readNumber(text, { min: 1, max: 20, whole });
        if (value === undefined) return;
        expect(value >= 1 && value <= 20 && (!whole || Number.isInteger(value))).toBe(true);
      }),
    );
  });
});

it("says what is allowed", () => {
  expect(ruleText(SETTINGS.epochs.type.limits)).toBe("a whole number from 1 to 1000");
  expect(ruleText(SETTINGS.learningRate.type.limits)).toBe("a number from 0.000001 to 1");
});
