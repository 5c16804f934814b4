/**
 * Every command on every preset, each in a process of its own: within one, a test that trained has
 * imported what a command that reads a model must import itself.
 */

import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NO_GPU } from "../../src/cli/dawn";
import { REPRODUCED } from "../../src/cli/reproduce/plan";
import { CANDIDATES, SEARCHED } from "../../src/cli/search/candidates";
import { EXPORT_TARGETS } from "../../src/config/export-targets";
import { PRESETS } from "../../src/nets/presets";
import { command, succeed } from "./process";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
});
afterAll(() => rm(folder, { recursive: true }));

const SMALL = ["--latent", "4", "--epochs", "1"];

describe.concurrent("each preset", () => {
  it.for(PRESETS)(
    "%s: what train saves, export writes for all targets, and pack packs",
    async (preset) => {
      const saved = join(folder, preset);
      const options = ["--preset", preset, ...SMALL, "--save", saved, "--json"];
      const result = JSON.parse(await succeed("train", ...options));
      expect(result).toMatchObject({ preset, latent: 4, data: "synthetic", epochs: 1 });

      await Promise.all(
        EXPORT_TARGETS.map(async (to) => {
          const out = join(folder, `${preset}-${to}`);
          const printed = await succeed("export", "--model", saved, "--to", to, "--out", out);
          const paths = printed.trimEnd().split("\n");
          expect(paths.length).toBeGreaterThan(2);
          for (const path of paths) expect((await stat(path)).size).toBeGreaterThan(0);
        }),
      );
      const packed = join(folder, "packed");
      const told = await succeed("pack", "--from", saved, "--out", packed);
      expect(told).toContain("On the test split, after rounding");
      expect((await stat(join(packed, `${preset}.bin`))).size).toBeGreaterThan(0);
    },
  );

  it.for(PRESETS)("%s: sweep", async (preset) => {
    const sizes = ["--latents", "2", "--epochs", "1", "--out", join(folder, "sweeps")];
    const report = JSON.parse(await succeed("sweep", "--preset", preset, ...sizes, "--json"));
    expect(report).toMatchObject({ preset, finished: true });
  });

  it.for(PRESETS)("%s: agree", async (preset) => {
    const few = ["--steps", "1", "--batch", "16", "--only", "wasm,wasm-simd"];
    const report = JSON.parse(await succeed("agree", "--preset", preset, ...few, "--json"));
    expect(report.devices.map(({ name }: { name: string }) => name)).toEqual(["wasm", "wasm-simd"]);
  });

  it.for(PRESETS)("%s: profile, or the word that there is no GPU", async (preset, { skip }) => {
    const { code, stdout, stderr } = await command(
      "profile",
      "--preset",
      preset,
      "--batch",
      "2",
      "--json",
    );
    if (stderr.endsWith(`${NO_GPU}\n`)) {
      expect(code).toBe(1);
      return skip(NO_GPU);
    }
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ preset, batch: 2 });
  });

  it.for(SEARCHED)("%s: search", async (preset) => {
    const { name } = CANDIDATES[preset][0]!;
    const printed = await succeed("search", "--preset", preset, ...SMALL, "--only", name, "--json");
    expect(JSON.parse(printed)).toMatchObject({ name });
  });

  it("bench", async () => {
    const presets = ["--preset", PRESETS.join(), "--only", "wasm-node", "--threads", "1"];
    const report = JSON.parse(
      await succeed("bench", "--trial", ...presets, "--batch", "8", "--json"),
    );
    expect(report.nets.map(({ preset }: { preset: string }) => preset)).toEqual(PRESETS);
    const [net, shape] = ["conv 8 3 relu /2 > latent 4 > mirror", "12x10x3"];
    const own = ["--net", net, "--shape", shape, "--only", "wasm-node,tfjs-cpu", "--threads", "1"];
    const other = JSON.parse(await succeed("bench", "--trial", ...own, "--batch", "8", "--json"));
    expect(other).toMatchObject({
      data: "noise",
      shape: { height: 12, width: 10, channels: 3 },
      engines: [{ name: "wasm-node", batch: 8 }],
      skipped: [{ name: "tfjs-cpu", reason: "it is written for 28 × 28 × 1 alone." }],
    });
    const apart = ["--operations", ...own, "--batch", "8", "--json"];
    const { steps } = JSON.parse(await succeed("bench", "--trial", ...apart));
    expect(steps).toMatchObject([{ net: expect.stringContaining("latent 4 >"), batch: 8 }]);
  });

  it("reproduce", async () => {
    const out = ["--out", join(folder, "reproduced")];
    const report = JSON.parse(
      await succeed("reproduce", "--quick", "--seeds", "1", ...out, "--json"),
    );
    const presets = report.runs.map(({ preset }: { preset: string }) => preset);
    expect(new Set(presets)).toEqual(new Set(REPRODUCED));
  });
});
