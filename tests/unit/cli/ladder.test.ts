import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { InterruptedError, UsageError } from "../../../src/cli/errors";
import { ladder } from "../../../src/cli/ladder";
import { type RunTask, runTask } from "../../../src/cli/run";
import type { RunConfig } from "../../../src/config/config";
import { configFor } from "../../../src/config/recipes";
import type { LadderRow } from "../../../src/report/ladder";
import { reportHost, resultOf, temporaryFolder } from "./report-host";

/** Runs whose images are as good as their results say. */
function ladderHost(folder: string, interruptAt = Number.POSITIVE_INFINITY) {
  const trained: RunConfig[] = [];
  const made: ReturnType<typeof reportHost> = reportHost(folder, {
    async run({ config, onTested }: RunTask) {
      trained.push(config);
      if (trained.length === interruptAt) made.interrupt();
      const result = resultOf(config);
      const images = Float32Array.from({ length: 10 }, (_, i) => result.test.ssimWriteup + i / 1e4);
      onTested?.({ ssim: images, ssimWriteup: images, mse: images });
      return result;
    },
  });
  return { ...made, trained };
}

const WAY = ["--from", "baseline", "--to", "modified"];

describe("ladder", () => {
  it("trains each step with each seed, and prints a row a step", async () => {
    const folder = await temporaryFolder();
    const { host, out, trained } = ladderHost(folder);
    await ladder([...WAY, "--seeds", "1,2", "--json"], host);
    expect(trained).toHaveLength(14);
    expect(trained[0]).toEqual(configFor("baseline"));
    expect(trained[6]).toEqual(configFor("modified"));
    expect(trained[13]).toEqual(configFor("modified", { seed: 2 }));
    const rows: LadderRow[] = JSON.parse(out[0]!);
    expect(rows.map(({ step, change }) => [step, change])).toEqual([
      [0, "baseline"],
      [1, "+ convolution block"],
      [2, "+ batch normalisation"],
      [3, "+ dropout"],
      [4, "latent 256"],
      [5, "batch size 64"],
      [6, "+ early stopping"],
    ]);
    for (const row of rows) {
      expect(row.parameters).toBe(1000);
      expect(row.seconds).toBe(15);
      const [low, high] = row.interval;
      expect(low).toBeLessThan(row.ssimWriteup);
      expect(high).toBeGreaterThan(row.ssimWriteup);
    }
    // Only the larger code is better, by what these results are made of.
    expect(rows[4]!.difference!.ssimWriteup).toBeCloseTo(0.0128, 5);
    expect(rows[4]!.difference!.isChance).toBe(false);
    expect(rows[3]!.difference).toMatchObject({ isChance: true });
    const name = "ladder-baseline-modified-2026-01-31";
    expect((await readdir(folder)).sort()).toEqual([`${name}.csv`, `${name}.json`, `${name}.md`]);
    const text = await readFile(join(folder, `${name}.md`), "utf8");
    expect(text).toMatch(/^\*\*Synthetic garments/);
    expect(text).toMatch(/^\| 4 \| latent 256 \| .* \| better \|/m);
    expect(text).toMatch(/^\| 3 \| \+ dropout \| .* \| nothing that chance does not \|/m);
    expect(text).toContain("over the seeds, by Student's t");
    expect(text).toContain("\n6. `modified`\n");
    expect(text).not.toContain("![");
  });

  it("goes on where it was interrupted, also by another order of the changes", async () => {
    const folder = await temporaryFolder();
    const first = ladderHost(folder, 3);
    const attempt = ladder([...WAY, "--seeds", "1"], first.host);
    await expect(attempt).rejects.toThrow(InterruptedError);
    const second = ladderHost(folder);
    await ladder([...WAY, "--seeds", "1"], second.host);
    expect([first.trained.length, second.trained.length]).toEqual([3, 4]);
    expect(second.out.join("")).toContain("over the test images of the one seed, by the bootstrap");
    // Start and end are the same, and so is the first step.
    const third = ladderHost(folder);
    await ladder(
      [...WAY, "--seeds", "1", "--order", "convolution-block,dropout", "--json"],
      third.host,
    );
    expect(third.trained).toHaveLength(1);
    const again = ladderHost(folder);
    await ladder([...WAY, "--seeds", "1"], again.host);
    expect(again.trained).toEqual([]);
    expect(again.out).toEqual(second.out);
  });

  it("takes texts, files of them, and results of runs", async () => {
    const folder = await temporaryFolder();
    const [text, result] = [join(folder, "net.txt"), join(folder, "result.json")];
    await writeFile(text, "conv 4 3 relu > pool 2 > latent 8 relu > mirror\n");
    const config = configFor("baseline", {
      latentSize: 8,
      epochs: 7,
      net: "conv 4 3 relu > pool 2 > latent 8 > dense 784 relu > shape 14x14x4 > up 2 > conv 4 3 relu > conv 1 3 sigmoid",
    });
    await writeFile(result, JSON.stringify(resultOf(config)));
    const { host, out } = ladderHost(folder);
    await ladder(["--from", text, "--to", result, "--plan"], host);
    expect(out.join("")).toBe(
      "0  own net\n1  activation relu → linear  (activation-relu-linear)\n2  epochs 7  (epochs)\n",
    );
    const epochs = ladderHost(folder);
    await ladder(
      ["--from", text, "--to", result, "--plan", "--epochs", "3", "--json"],
      epochs.host,
    );
    const steps = JSON.parse(epochs.out.join(""));
    expect(steps).toHaveLength(2);
    expect(steps[1].config).toMatchObject({ latentSize: 8, epochs: 3 });
  });

  it("really trains: two small nets for an epoch, on drawn garments", async () => {
    const folder = await temporaryFolder();
    const { host, out } = reportHost(folder, { run: runTask });
    const nets = [
      "--from",
      "conv 2 3 relu > pool 4 > latent 4 > mirror",
      "--to",
      "conv 2 3 relu > norm > pool 4 > latent 4 > mirror",
    ];
    await ladder([...nets, "--epochs", "1", "--seeds", "1", "--threads", "1", "--json"], host);
    const rows: LadderRow[] = JSON.parse(out[0]!);
    expect(rows.map(({ change }) => change)).toEqual(["own net", "+ batch normalisation"]);
    expect(rows[1]!.parameters).toBeGreaterThan(rows[0]!.parameters);
    const [json] = (await readdir(folder)).filter((file) => file.endsWith(".json"));
    const { runs } = JSON.parse(await readFile(join(folder, json!), "utf8"));
    const { result, ssimWriteup } = runs[0];
    const mean = ssimWriteup.reduce((sum: number, value: number) => sum + value, 0) / 10;
    expect(mean).toBeCloseTo(result.test.ssimWriteup, 5);
    expect(rows[0]!.ssimWriteup).toBeCloseTo(mean, 6);
  });

  it.each([
    [["--to", "modified"], /^--from NET is needed/],
    [
      [...WAY, "--order", "norm"],
      /^--order: There is no change "norm" .*There are convolution-block/,
    ],
    [["--from", "baseline", "--to", "baseline"], /are the same net with the same recipe/],
    [["--from", "baseline", "--to", "conv 3"], /net's text is no net for images/],
  ])("refuses %j in one line", async (argv, message) => {
    const { host, trained } = ladderHost("unused");
    const error = await ladder(argv, host).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("\n");
    expect(trained).toEqual([]);
  });
});
