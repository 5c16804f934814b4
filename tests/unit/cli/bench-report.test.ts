import { describe, expect, it } from "vitest";
import { type BenchReport, markdown } from "../../../src/cli/bench/report";

const NET = { net: null, latentSize: 128, parameters: 1_621_889, flips: false };
const OFF_PEAK = { fractionOfPeak: null, fractionOfPeakAsWritten: null };
const report: BenchReport = {
  date: "2026-01-02",
  host: { cpu: "Example CPU", cores: 2, node: "20.20.2", browser: "Chromium 156" },
  data: "synthetic",
  shape: { height: 28, width: 28, channels: 1 },
  trial: false,
  peak: { gflopsPerThread: 40, gflopsAllThreads: 52.25 },
  nets: [
    { ...NET, preset: "baseline", loss: { binaryCrossentropy: 1 } },
    { ...NET, preset: "loom", loss: { ssimUniform: 0.5, meanSquaredError: 1 }, flips: true },
    { ...NET, preset: "nested", loss: { meanSquaredError: 1 } },
  ],
  engines: [
    {
      preset: "baseline",
      name: "wasm-node",
      group: null,
      threads: 1,
      batch: 128,
      imagesPerSecond: 1234.5,
      gflops: 20.06,
      gflopsAsWritten: 61.44,
      fractionOfPeak: 0.5012,
      fractionOfPeakAsWritten: 1.536,
      gpu: null,
    },
    {
      preset: "baseline",
      name: "tfjs-webgl",
      group: null,
      threads: 1,
      batch: 8,
      imagesPerSecond: 3.2468,
      gflops: 0.1739,
      gflopsAsWritten: 0.1739,
      fractionOfPeak: 0.003328,
      fractionOfPeakAsWritten: 0.003328,
      gpu: null,
    },
    {
      preset: "loom",
      name: "torch-eager",
      group: "torch",
      threads: 2,
      batch: 64,
      imagesPerSecond: 77.77,
      gflops: 3.3,
      gflopsAsWritten: 3.3,
      fractionOfPeak: 0.0632,
      fractionOfPeakAsWritten: 0.0632,
      gpu: null,
    },
  ],
  skipped: [
    { preset: "baseline", name: "torch-compiled", reason: "torch.compile needs a C++ compiler." },
    { preset: "nested", name: "tfjs-webgl", reason: "stock tfjs lacks layers of this net." },
    { preset: "nested", name: "tfjs-cpu", reason: "stock tfjs lacks layers of this net." },
    { preset: "nested", name: "jax-js", reason: "only the baseline is written for it." },
  ],
};

/** Lines of each section by its heading; those above the first heading are under "". */
function sections(text: string): Map<string, string[]> {
  const found = new Map([["", [] as string[]]]);
  for (const line of text.split("\n")) {
    if (line.startsWith("## ")) found.set(line.slice(3), []);
    else [...found.values()].at(-1)!.push(line);
  }
  return found;
}

describe("markdown", () => {
  const found = sections(markdown(report));

  it("rounds figures to what was measured", () => {
    expect(found.get("baseline")).toContain(
      "| wasm-node | 1 | 128 | 1,235 | 61.4 | 20.1 | 50.1% | 154% |",
    );
    expect(found.get("baseline")).toContain(
      "| tfjs-webgl | 1 | 8 | 3.25 | 0.174 | 0.174 | 0.333% | 0.333% |",
    );
  });

  it("says which machine, which data and which peak", () => {
    const [first, , third] = found.get("")!;
    expect(first).toContain("synthetic");
    expect(first).toContain("Example CPU, 2 cores");
    expect(third).toContain("40.0 GFLOPS on one thread, 52.3 on all");
  });

  it("has a section for each net, in the order measured, with that net's rows alone", () => {
    expect([...found.keys()]).toEqual(["", "baseline", "loom", "nested"]);
    const rows = (found.get("loom") ?? []).filter((line) => /^\| [a-z]+-/.test(line));
    expect(rows).toEqual(["| torch-eager | 2 | 64 | 77.8 | 3.30 | 3.30 | 6.32% | 6.32% |"]);
  });

  it("says what each net and its recipe are", () => {
    expect(found.get("baseline")).toContain(
      "1,621,889 weights, 128 latent numbers. Loss binaryCrossentropy:1.",
    );
    expect(found.get("loom")).toContain(
      "1,621,889 weights, 128 latent numbers. " +
        "Loss meanSquaredError:1, ssimUniform:0.5, images mirrored at random.",
    );
  });

  it("says which of PyTorch's ways is the best, and how many times as fast this engine is", () => {
    const torch = { ...report.engines[2]!, preset: "baseline", threads: 1, batch: 128 } as const;
    const engines = [
      report.engines[0]!,
      { ...torch, imagesPerSecond: 700 },
      { ...torch, name: "torch-compiled", imagesPerSecond: 1000 },
      { ...torch, threads: 2 },
    ];
    const lines = sections(markdown({ ...report, engines })).get("baseline") ?? [];
    expect(lines.filter((line) => line.startsWith("- The best"))).toEqual([
      "- The best of torch with 1 thread and batches of 128 is torch-compiled, 1,000 images a second; " +
        "the fastest of wasm-node does 1.23 times as many.",
      "- The best of torch with 2 threads and batches of 128 is torch-eager, 77.8 images a second.",
    ]);
  });

  it("names the GPU of those that trained on one, and says when nothing was measured", () => {
    expect(markdown(report)).not.toMatch(/^On |trial/m);
    const [first, ...others] = report.engines;
    const engines = [{ ...first!, name: "webgpu", gpu: "Example GPU", ...OFF_PEAK }, ...others];
    const text = markdown({ ...report, engines, trial: true });
    expect(text).toContain("On Example GPU: webgpu.");
    expect(text).toContain("| webgpu | 1 | 128 | 1,235 | 61.4 | 20.1 |  |  |");
    expect(text).toContain("no figure here is a measurement");
  });

  it("says of a net of one's own what it is, and whose recipe it has", () => {
    const net = "conv 8 3 relu /2 > code > mirror";
    const own = { ...NET, net, preset: "baseline", loss: { binaryCrossentropy: 1 } } as const;
    const lines = sections(markdown({ ...report, nets: [own] })).get("own net") ?? [];
    expect(lines).toContain("By the recipe of baseline:");
    expect(lines).toContain(`    ${net}`);
    expect(lines).toContain("| wasm-node | 1 | 128 | 1,235 | 61.4 | 20.1 | 50.1% | 154% |");
  });

  it("lists what did not run, one line a reason, and no empty table", () => {
    expect(found.get("baseline")).toContain(
      "- torch-compiled did not run: torch.compile needs a C++ compiler.",
    );
    const nested = found.get("nested") ?? [];
    expect(nested.filter((line) => line.startsWith("- "))).toEqual([
      "- tfjs-webgl, tfjs-cpu did not run: stock tfjs lacks layers of this net.",
      "- jax-js did not run: only the baseline is written for it.",
    ]);
    expect(nested.some((line) => line.startsWith("|"))).toBe(false);
  });
});
