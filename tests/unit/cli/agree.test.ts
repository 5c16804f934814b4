import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { agree } from "../../../src/cli/agree";
import { type Agreement, markdown, pairsOf, type Trained } from "../../../src/cli/agree/report";
import { UsageError } from "../../../src/cli/errors";

const trained = (name: string, losses: number[], weights: number[], validationLoss = 0.5) =>
  ({
    name,
    label: `${name}, somewhere`,
    validationLoss,
    losses: Float32Array.from(losses),
    weights: Float32Array.from(weights),
  }) satisfies Trained;

describe("two devices", () => {
  it("are apart by the worst step's, the last and the validation loss, and the weights", () => {
    const pairs = pairsOf([
      trained("a", [1, 0.5, 0.25], [3, 4]),
      trained("b", [1, 0.75, 0.25], [3, 4], 0.75),
      trained("c", [1, 0.5, 0.25], [3, 5]),
    ]);
    expect(pairs).toEqual([
      {
        a: "b",
        b: "a",
        worstLoss: 0.5,
        lastLoss: 0,
        validationLoss: 0.5,
        weights: 0,
        sameBits: false,
      },
      {
        a: "c",
        b: "a",
        worstLoss: 0,
        lastLoss: 0,
        validationLoss: 0,
        weights: 0.2,
        sameBits: false,
      },
      expect.objectContaining({ a: "c", b: "b", worstLoss: expect.closeTo(1 / 3, 10) }),
    ]);
  });

  it("have the same bits only where every loss and weight is the same, which is said once", () => {
    const one = trained("a", [1, 0.5], [3, 4]);
    const other = trained("c", [1, 0.5], [3, 5]);
    const pairs = pairsOf([one, { ...one, name: "b" }, other, { ...other, name: "d" }]);
    expect(pairs.map(({ a, b, sameBits }) => [a, b, sameBits])).toEqual([
      ["b", "a", true],
      ["c", "a", false],
      ["d", "c", true],
    ]);
  });
});

describe("agree", () => {
  const written: string[] = [];
  beforeEach(() => void vi.spyOn(process.stderr, "write").mockReturnValue(true));
  afterEach(() => vi.restoreAllMocks());

  it("trains the net by its recipe on each device, from the same weights", async () => {
    vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
    await agree([
      "--steps",
      "3",
      "--batch",
      "4",
      "--only",
      "wasm,wasm-one-thread,wasm-nudged",
      "--json",
    ]);
    const report: Agreement = JSON.parse(written.join(""));
    expect(report).toMatchObject({ preset: "baseline", batch: 4, steps: 3 });
    expect(report.devices.map(({ name }) => name)).toEqual([
      "wasm",
      "wasm-one-thread",
      "wasm-nudged",
    ]);
    expect(report.devices[0]!.losses).toHaveLength(3);
    // Sigmoids that know nothing yet.
    expect(report.devices[0]!.losses[0]).toBeCloseTo(Math.log(2), 1);
    const [threads, nudged] = report.pairs;
    expect(threads).toMatchObject({ a: "wasm-one-thread", b: "wasm", sameBits: true });
    expect(nudged).toMatchObject({ a: "wasm-nudged", b: "wasm", sameBits: false });
    expect(nudged!.weights).toBeLessThan(1e-4);
    const lines = markdown(report).split("\n");
    expect(lines[0]).toMatch(/^baseline, batch 4, 3 steps from the same weights/);
    expect(lines.at(-3)).toBe("| wasm-one-thread, wasm | 0 | 0 | 0 | 0 | the same bits |");
  });

  it("trains a net of one's own", async () => {
    written.length = 0;
    vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
    const net = "conv 2 3 relu /2 > pool 2 > code > up 4 > conv 1 3";
    const argv = ["--steps", "2", "--batch", "4", "--only", "wasm,wasm-one-thread", "--json"];
    await agree(["--net", net, ...argv]);
    const report: Agreement = JSON.parse(written.join(""));
    expect(report).toMatchObject({ preset: "baseline", net, batch: 4, steps: 2 });
    expect(report.pairs).toMatchObject([{ a: "wasm-one-thread", b: "wasm", sameBits: true }]);
    expect(markdown(report)).toMatch(/^own net, batch 4, 2 steps/);
    expect(markdown(report)).toContain(`\n\n    ${net}\n\n`);
  });

  it("refuses what it does not know in one line", async () => {
    await expect(agree(["--only", "abacus"])).rejects.toThrow(UsageError);
    await expect(agree(["--steps", "0"])).rejects.toThrow("a whole number from 1 to 1000");
  });
});
