import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CommandError, UsageError } from "../../../src/cli/errors";
import { profile } from "../../../src/cli/profile";
import { figuresOf, markdown, type Profile } from "../../../src/cli/profile/report";
import { saveProfile } from "../../../src/cli/profile/save";

describe("a kernel's figures", () => {
  const work = { flops: 3e9, bytes: 4e6, workgroups: 98, invocations: 256 };
  const kernel = { name: "latent forward", ...work };

  it("are its work by its time, beside the peak that it comes nearer to", () => {
    expect(figuresOf({ ...kernel, milliseconds: 2 }, { gflops: 3000, gbps: 100 })).toEqual({
      name: "latent forward",
      milliseconds: 2,
      gflops: 1500,
      gbps: 2,
      bound: "arithmetic",
      fractionOfPeak: 0.5,
      ...work,
    });
    const bound = figuresOf({ ...kernel, milliseconds: 2 }, { gflops: 30_000, gbps: 4 });
    expect(bound).toMatchObject({ bound: "memory", fractionOfPeak: 0.5 });
  });

  it("are left out where there is no clock, or one too coarse", () => {
    for (const milliseconds of [null, 0]) {
      const figures = figuresOf({ ...kernel, milliseconds }, { gflops: 1, gbps: 1 });
      expect(figures).toMatchObject({ gflops: null, gbps: null, bound: null });
      expect(figures).toMatchObject(work);
    }
  });
});

describe("the report", () => {
  const peak = { gflops: 7862.4, gbps: 500 };
  const work = { workgroups: 1024, invocations: 256 };
  const kernels = [
    { name: "latent forward", milliseconds: 0.0523, flops: 2.056e8, bytes: 6.96e6, ...work },
    { name: "Adam", milliseconds: 0.1, flops: 0, bytes: 4.54e7, ...work },
    { name: "no clock", milliseconds: null, flops: 0, bytes: 1000, ...work },
  ];
  const report: Profile = {
    device: "WebGPU (Example GPU)",
    preset: "baseline",
    net: null,
    batch: 128,
    steps: 32,
    software: false,
    date: "2026-01-02",
    peak,
    dispatchesPerStep: 24,
    uploadsPerStep: 0.0625,
    submitsPerStep: 0.125,
    buffersCreatedPerStep: 0,
    bytesPerStep: 768,
    kernels: kernels.map((kernel) => figuresOf(kernel, peak)),
  };

  it("tells counts and kernels, to three digits, and of those without products no GFLOPS", () => {
    const lines = markdown(report).split("\n");
    expect(lines[0]).toBe("baseline, batch 128, WebGPU (Example GPU)");
    expect(lines[2]).toMatch(/^A step of a call of 32: 24 dispatches, 0\.125 submissions/);
    expect(lines[3]).toBe("Measured peaks: 7,860 GFLOPS, 500 GB/s.");
    expect(lines[4]).toBe("Its kernels take 0.152 ms, one at a time.");
    expect(lines.slice(-5, -1)).toEqual([
      expect.stringMatching(/^\|-/),
      "| latent forward | 1,024 | 256 | 206 | 6.96 | 0.052 | 3,930 | 133 | 50% arithmetic |",
      "| Adam | 1,024 | 256 |  | 45.4 | 0.1 |  | 454 | 90.8% memory |",
      "| no clock | 1,024 | 256 |  | 0.001 |  |  |  |  |",
    ]);
  });

  it("is kept with others of its device and day; of a software driver without any time", () => {
    const folder = mkdtempSync(join(tmpdir(), "latent-loom-"));
    try {
      const software = { ...report, software: true };
      const path = saveProfile(software, folder);
      expect(path).toBe(join(folder, "profile-2026-01-02-webgpu-example-gpu"));
      saveProfile({ ...software, preset: "loom" }, folder);
      saveProfile({ ...software, dispatchesPerStep: 23 }, folder);
      const own = { ...software, net: "latent 4 > mirror", dispatchesPerStep: 5 };
      expect(markdown(own).split("\n").slice(0, 3)).toEqual([
        "own net, batch 128, WebGPU (Example GPU)",
        "",
        "    latent 4 > mirror",
      ]);
      saveProfile(own, folder);
      const kept = JSON.parse(readFileSync(`${path}.json`, "utf8"));
      expect(kept).toMatchObject({
        date: "2026-01-02",
        note: expect.stringContaining("No speed is claimed"),
      });
      expect(kept.profiles.map((each: Profile) => [each.preset, each.dispatchesPerStep])).toEqual([
        ["loom", 24],
        ["baseline", 23],
        ["baseline", 5],
      ]);
      const text = readFileSync(`${path}.md`, "utf8");
      expect(text).toContain("| latent forward | 1,024 | 256 | 206 | 6.96 |");
      expect(text).toContain("No speed is claimed.");
      expect(text).not.toMatch(/ ms\b|GB\/s/);
      expect(kept.profiles[0].kernels[0]).toMatchObject({ milliseconds: null, gflops: null });

      writeFileSync(`${path}.json`, "{}");
      expect(() => saveProfile(software, folder)).toThrow(CommandError);
      expect(() => saveProfile(software, folder)).toThrow(/holds no profiles.*Move it away/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it("refuses what it does not know in one line", async () => {
  await expect(profile(["--preset", "weave"])).rejects.toThrow(UsageError);
  await expect(profile(["--batch", "0"])).rejects.toThrow("a whole number from 1 to 1024");
});
