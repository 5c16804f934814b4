import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { InterruptedError, UsageError } from "../../../src/cli/errors";
import { type RunImages, type RunTask, runImages, runTask } from "../../../src/cli/run";
import { sweep } from "../../../src/cli/sweep";
import type { SweepPoint, SweepRun } from "../../../src/cli/sweep/measure";
import { plotOf } from "../../../src/cli/sweep/plot";
import { markdown, rowsOf, type SweepReport } from "../../../src/cli/sweep/report";
import type { DataChoice } from "../../../src/config/config-schema";
import { configFor } from "../../../src/config/recipes";
import { pcaQuality, type QualityFigures } from "../../../src/metrics/metrics";
import { ScriptedTrainer } from "../training/fixtures";
import { GARMENTS, reportHost, resultOf, SYSTEM_INFO, temporaryFolder } from "./report-host";

/** One PCA for all tests. */
const prepared = runImages(async () => ({ dataset: GARMENTS, note: "" }));
const images = (choice: DataChoice) => prepared({ ...choice, seed: 1 });
let of: RunImages;
beforeAll(async () => {
  of = await images(configFor("loom"));
  await of.fit(256);
});

/** Its images are grey, by a hundredth for each number that is kept. */
class CutTrainer extends ScriptedTrainer {
  readonly kept: (number | null)[] = [];

  override setKept(count: number | null): void {
    this.kept.push(count);
    this.weight = count ?? 0;
  }
}

const pointsOf = (report: SweepReport): SweepPoint[] => report.runs.flatMap(({ points }) => points);
const NAME = "sweep-baseline-2026-01-31";

describe("sweep", () => {
  it("trains the loom at each size by its recipe", async () => {
    const { host, out, trained } = reportHost(await temporaryFolder(), { images });
    await sweep(["--json"], host);
    const sizes = [2, 4, 8, 16, 32, 64, 128, 256];
    expect(trained).toEqual(sizes.map((latentSize) => configFor("loom", { latentSize })));
    const report: SweepReport = JSON.parse(out[0]!);
    expect(pointsOf(report).map(({ latent }) => latent)).toEqual(sizes);
    expect(report).toMatchObject({ date: "2026-01-31", machine: SYSTEM_INFO, finished: true });
  });

  it("sets each net beside PCA, PCA in bytes, and JPEG with at most as many bytes", async () => {
    const { host, out } = reportHost(await temporaryFolder(), { images });
    await sweep(["--preset", "baseline", "--latents", "4,100,500", "--json"], host);
    const [small, middle, large] = pointsOf(JSON.parse(out[0]!));
    const { pca } = await of.fit(500);
    for (const point of [small!, middle!, large!]) {
      const exact = pcaQuality(pca, point.latent, GARMENTS, of.split.test).mean;
      expect(point.pca).toEqual(exact);
      expect(point.pcaBytes.mse).not.toBe(exact.mse);
      expect(point.pcaBytes.mse / exact.mse).toBeCloseTo(1, 1);
      const { test } = resultOf(configFor("baseline", { latentSize: point.latent }));
      const { bce: _, bceGap: __, ...quality } = test;
      expect(point.net).toEqual(quality);
    }
    // Ten images share some hundred bytes of headers.
    expect(small!.jpeg).toBeNull();
    expect(middle!.jpeg!.bytes).toBeLessThanOrEqual(100);
    expect(large!.jpeg!.bytes).toBeLessThanOrEqual(500);
    expect(large!.jpeg!.mse).toBeLessThan(middle!.jpeg!.mse);
  });

  it("writes Markdown, CSV, JSON and a plot", async () => {
    const folder = await temporaryFolder();
    const { host, out } = reportHost("unused", { images });
    const argv = ["--preset", "baseline", "--latents", "100,4", "--seeds", "1,2", "--out", folder];
    await sweep(argv, host);
    expect((await readdir(folder)).sort()).toEqual(
      ["csv", "json", "md", "svg"].map((ending) => `${NAME}.${ending}`),
    );
    const read = (ending: string) => readFile(join(folder, `${NAME}.${ending}`), "utf8");
    expect(await read("md")).toBe(out.join(""));
    expect(out.join("")).toMatch(/^\*\*Synthetic garments/);
    expect(out.join("")).toContain("seeds 1, 2. 2026-01-31, Example CPU, 2 cores, Node 20.20.2.");
    expect(out.join("")).toMatch(/^\| 4 \| 0\.9054 ± 0\.0071 \| 0\.\d{4} ± 0\.0000 \| – \|/m);
    expect(out.join("")).toMatch(/PCA's lose at most 0\.\d{4} of SSIM/);
    const lines = (await read("csv")).trimEnd().split("\n");
    expect(lines.map((line) => line.split(",").slice(3, 6).join())).toEqual([
      "latent,trained_latent,seed",
      "4,4,1",
      "4,4,2",
      "100,100,1",
      "100,100,2",
    ]);
    expect(new Set(lines.map((line) => line.split(",").length)).size).toBe(1);
    const report: SweepReport = JSON.parse(await read("json"));
    expect(await read("svg")).toBe(plotOf(report));
    expect(await read("svg")).toContain("baseline beside PCA and JPEG");
    // A report has no pictures: a camera's, with people on them, stay where they are.
    for (const ending of ["md", "svg"]) expect(await read(ending)).not.toMatch(/<image|!\[/);
    // Nothing that was published is of these images.
    expect(await read("svg")).not.toContain(">published<");
    expect(plotOf({ ...report, data: "fashion-mnist" })).toContain(">published<");
  });

  it("trains nested once, and judges it with the first numbers of its code", async () => {
    const trainer = new CutTrainer(128);
    const trained: number[] = [];
    const { host, out } = reportHost(await temporaryFolder(), {
      images,
      async run({ config, onTrained }: RunTask) {
        trained.push(config.latentSize);
        await onTrained?.(trainer.model, trainer);
        return resultOf(config);
      },
    });
    await sweep(["--preset", "nested", "--latents", "50,2,10", "--json"], host);
    expect(trained).toEqual([50]);
    expect(trainer.kept).toEqual([2, 10, 50, null]);
    const report: SweepReport = JSON.parse(out[0]!);
    expect(pointsOf(report).map(({ latent }) => latent)).toEqual([2, 10, 50]);
    for (const { latent, net } of pointsOf(report)) {
      const errors = [...of.split.test].map((index) => {
        const pixels = GARMENTS.images.subarray(index * 784, (index + 1) * 784);
        return pixels.reduce((sum, byte) => sum + (byte / 255 - latent / 100) ** 2, 0) / 784;
      });
      const mse = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      expect(net.mse).toBeCloseTo(mse, 6);
    }
    expect(markdown(report)).toContain("One net a seed, trained once");

    // Another size that it could be judged at takes another training: the net is gone.
    const before = trained.length;
    await sweep(["--preset", "nested", "--latents", "2,50"], host);
    expect(trained).toHaveLength(before);
    await sweep(["--preset", "nested", "--latents", "2,20,50"], host);
    expect(trained).toHaveLength(before + 1);
  });

  it("gives a net of one's own each size, in files named after it", async () => {
    const folder = await temporaryFolder();
    const { host, out, trained } = reportHost(folder, { images });
    const net = "conv 4 3 relu > pool 2 > latent 16 > dense 784 > shape 28x28x1";
    await sweep(["--net", net, "--latents", "4,8", "--json"], host);
    const report: SweepReport = JSON.parse(out[0]!);
    expect(report).toMatchObject({ preset: "baseline", net, finished: true });
    expect(
      trained.map(({ net: text, latentSize, loss, preset }) => ({
        text,
        latentSize,
        loss,
        preset,
      })),
    ).toEqual(
      [4, 8].map((latentSize) => ({
        text: net.replace("latent 16", `latent ${latentSize}`),
        latentSize,
        // It ends in no sigmoid.
        loss: { meanSquaredError: 1 },
        preset: "baseline",
      })),
    );
    expect(markdown(report)).toContain(`By the recipe of baseline:\n\n    ${net}\n`);
    expect(markdown(report)).toContain("| own net: SSIM, Wang |");
    const files = await readdir(folder);
    expect(files).toHaveLength(4);
    expect(files[0]).toMatch(/^sweep-net-[0-9a-f]{8}-2026-01-31\.csv$/);
    const again = reportHost(folder, { images });
    await sweep(["--net", net, "--latents", "4,8,16"], again.host);
    expect(again.trained.map(({ latentSize }) => latentSize)).toEqual([16]);
  });

  it("trains a net whose code has the size of its maps at that size alone", async () => {
    const { host, trained } = reportHost(await temporaryFolder(), { images });
    const net = "conv 4 3 relu > pool 4 > code > mirror";
    await sweep(["--net", net, "--preset", "modified"], host);
    expect(trained.map(({ latentSize, batchSize }) => [latentSize, batchSize])).toEqual([
      [196, 64],
    ]);
    const other = sweep(["--net", net, "--latents", "4"], host);
    await expect(other).rejects.toThrow(/^--latents: The size of the code .* follows from/);
    await expect(other).rejects.toThrow(UsageError);
  });

  it("goes on where it was interrupted, and trains nothing again", async () => {
    const folder = await temporaryFolder();
    const argv = ["--preset", "baseline", "--latents", "2,4,8"];
    const first = reportHost(folder, {
      images,
      async run({ config }) {
        if (config.latentSize === 4) first.interrupt();
        return resultOf(config);
      },
    });
    const attempt = sweep(argv, first.host);
    await expect(attempt).rejects.toThrow(InterruptedError);
    await expect(attempt).rejects.toThrow(/1 of 3 runs are finished/);
    expect(await readFile(join(folder, `${NAME}.svg`), "utf8")).toContain("Not finished");

    const second = reportHost(folder, { images });
    await sweep(argv, second.host);
    expect(second.trained.map(({ latentSize }) => latentSize)).toEqual([4, 8]);
    const third = reportHost(folder, { images });
    await sweep(argv, third.host);
    expect(third.trained).toEqual([]);
    expect(third.out).toEqual(second.out);
  });

  it("keeps other epochs than the recipe's in files of their own, and says so", async () => {
    const folder = await temporaryFolder();
    const { host, out, trained } = reportHost(folder, { images });
    await sweep(["--preset", "baseline", "--latents", "4", "--epochs", "3"], host);
    expect(trained).toEqual([configFor("baseline", { latentSize: 4, epochs: 3 })]);
    expect(out.join("")).toMatch(/^\*\*Epochs: 3, not the recipe's 50\.\*\*/);
    expect(await readdir(folder)).toContain("sweep-baseline-3-epochs-2026-01-31.md");
  });

  it("takes a run for the same on any number of threads", async () => {
    const folder = await temporaryFolder();
    const argv = ["--preset", "baseline", "--latents", "4"];
    await sweep([...argv, "--threads", "1"], reportHost(folder, { images }).host);
    const again = reportHost(folder, { images });
    await sweep(argv, again.host);
    expect(again.trained).toEqual([]);
    await sweep(["--preset", "baseline", "--latents", "4,6"], again.host);
    expect(again.trained).toEqual([configFor("baseline", { latentSize: 6 })]);
  });

  it("really trains: two sizes of the baseline for an epoch, on drawn garments", async () => {
    const { host, out } = reportHost(await temporaryFolder(), { images, run: runTask });
    const argv = ["--preset", "baseline", "--latents", "2,6", "--epochs", "1", "--threads", "1"];
    await sweep([...argv, "--json"], host);
    const { runs }: SweepReport = JSON.parse(out[0]!);
    expect(runs.map(({ result }) => [result.device, result.latent])).toEqual([
      ["wasm", 2],
      ["wasm", 6],
    ]);
    for (const { result, points } of runs) {
      const [point] = points;
      expect(point!.net.mse).toBe(result.test.mse);
      expect(point!.pca).toEqual(result.pca);
    }
  });

  it("helps without training", async () => {
    const { host, out, trained } = reportHost("unused");
    await sweep(["--help"], host);
    for (const name of ["preset", "latents", "seeds", "epochs", "out", "fresh", "json"]) {
      expect(out.join("")).toContain(`  --${name}`);
    }
    expect(out.join("")).toContain("(default 2,4,8,16,32,64,128,256)");
    expect(trained).toEqual([]);
  });

  it.each([
    [["--preset", "resnet"], /^--preset takes one of baseline, .*nested/],
    [["--latents", "0,4"], /^--latents takes whole numbers from 1 to 512/],
    [["--latents", ""], /^--latents takes whole numbers/],
    [["--seeds", "-1"], /^--seeds takes whole numbers/],
    [["--epochs", "0"], /^--epochs takes a whole number from 1 to 1000/],
    [["--quick"], /^There is no option --quick/],
  ])("refuses %j in one line", async (argv, message) => {
    const { host, trained } = reportHost("unused");
    const error = await sweep(argv, host).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("\n");
    expect(trained).toEqual([]);
  });
});

describe("rowsOf", () => {
  const quality = (ssim: number): QualityFigures => ({
    mse: 0.1,
    psnr: 10,
    ssim,
    ssimWriteup: ssim,
  });
  const run = (seed: number, withJpeg: boolean): SweepRun => ({
    result: resultOf(configFor("loom", { seed, latentSize: 8 })),
    points: [
      {
        latent: 8,
        net: quality(0.8 + seed / 100),
        pca: quality(0.7),
        pcaBytes: quality(0.69),
        jpeg: withJpeg ? { ...quality(0.5), quality: 3, bytes: 6 + seed } : null,
      },
    ],
  });

  it("are means over the seeds", () => {
    const [row] = rowsOf([run(2, true), run(1, true)]);
    expect(row!.seeds).toEqual([1, 2]);
    expect(row!.net.ssim.mean).toBeCloseTo(0.815, 10);
    expect(row!.jpeg!.bytes.mean).toBe(7.5);
    expect(row!.seconds).toEqual({ mean: 15, deviation: Math.sqrt(50) });
  });

  it("leave JPEG out where it does not fit for every seed", () => {
    expect(rowsOf([run(1, true), run(2, false)])[0]!.jpeg).toBeNull();
  });
});
