import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CommandError, InterruptedError, UsageError } from "../../../src/cli/errors";
import { reproduce } from "../../../src/cli/reproduce";
import { rowsOf } from "../../../src/cli/reproduce/report";
import { runImages, runTask } from "../../../src/cli/run";
import { configFor } from "../../../src/config/recipes";
import { RunCancelledError } from "../../../src/training/errors";
import { GARMENTS, reportHost, resultOf, SYSTEM_INFO, temporaryFolder } from "./report-host";

const NAME = "reproduce-2026-01-31";

describe("reproduce", () => {
  it("trains the published nets and the loom beside each, by their recipes, for three seeds", async () => {
    const { host, out, trained } = reportHost(await temporaryFolder());
    await reproduce([], host);
    const nets = [
      ["baseline", 128],
      ["modified", 256],
      ["loom", 128],
      ["loom", 256],
    ] as const;
    expect(trained).toEqual(
      nets.flatMap(([preset, latentSize]) =>
        [1, 2, 3].map((seed) => configFor(preset, { latentSize, seed })),
      ),
    );
    const table = out.join("").split("\n");
    // Seeds 1, 2, 3 make it 0.9128, 0.9228, 0.9328 in 10, 20, 30 seconds.
    expect(table).toContain(
      "| baseline | 128 | 1, 2, 3 | 0.9228 ± 0.0100 |  | 0.9380 ± 0.0000 | 0.8500 ± 0.0000 | " +
        "0.9100 ± 0.0000 | 0.00400 ± 0.00000 | 0.00300 ± 0.00000 | 50 ± 0 | 20 ± 10 |",
    );
    expect(table.filter((line) => /^\| (baseline|modified|loom) /.test(line))).toHaveLength(4);
    expect(out.join("")).toContain("2026-01-31, Example CPU, 2 cores, Node 20.20.2.");
    expect(out.join("")).toMatch(/^\*\*Synthetic garments, not Fashion-MNIST/);
    expect(out.join("")).not.toMatch(/Not a reproduction|Not finished/);
  });

  it("writes Markdown, CSV and JSON, and prints one object with --json", async () => {
    const folder = await temporaryFolder();
    const { host, out } = reportHost("unused");
    await reproduce(["--presets", "baseline", "--seeds", "1", "--json", "--out", folder], host);
    const files = [`${NAME}.csv`, `${NAME}.json`, `${NAME}.md`];
    expect((await readdir(folder)).sort()).toEqual(files);
    const [csv, json, md] = await Promise.all(
      files.map((file) => readFile(join(folder, file), "utf8")),
    );
    expect(out).toHaveLength(1);
    const report = JSON.parse(out[0]!);
    expect(report).toEqual(JSON.parse(json!));
    expect(report).toMatchObject({
      date: "2026-01-31",
      machine: SYSTEM_INFO,
      data: "synthetic",
      finished: true,
      quick: false,
    });
    const result = resultOf(configFor("baseline"));
    expect(report.runs).toEqual([result]);
    expect(report.rows).toEqual(rowsOf([result]));
    expect(md).toContain("| baseline | 128 | 1 | 0.9128 |");
    const [head, line, ...rest] = csv!.trimEnd().split("\n");
    expect(rest).toEqual([]);
    const fields = Object.fromEntries(
      head!.split(",").map((name, i) => [name, line!.split(",")[i]]),
    );
    expect(fields).toMatchObject({
      preset: "baseline",
      latent: "128",
      seed: "1",
      published_ssim_writeup: "",
      ssim_writeup: String(result.test.ssimWriteup),
      pca_ssim_wang: "0.91",
      epochs: "50",
    });
  });

  it("shows what was published, for Fashion-MNIST alone", () => {
    const of = (preset: "baseline" | "modified" | "loom", data: "fashion-mnist" | "synthetic") =>
      rowsOf([resultOf(configFor(preset), { data })])[0]!.published;
    expect(of("baseline", "fashion-mnist")).toBe(0.913);
    expect(of("modified", "fashion-mnist")).toBe(0.928);
    expect(of("loom", "fashion-mnist")).toBeNull();
    expect(of("baseline", "synthetic")).toBeNull();
  });

  it("with --quick trains two epochs of one seed, apart, and says what that is worth", async () => {
    const folder = await temporaryFolder();
    const { host, out, trained } = reportHost(folder);
    await reproduce(["--quick"], host);
    expect(trained.map(({ epochs, seed }) => [epochs, seed])).toEqual(Array(4).fill([2, 1]));
    expect(out.join("")).toMatch(/^\*\*Not a reproduction:\*\* .* 2 epochs .* 50 \(baseline\)/);
    expect((await readdir(folder)).every((file) => file.startsWith("reproduce-quick-"))).toBe(true);
    const json = JSON.parse(
      await readFile(join(folder, "reproduce-quick-2026-01-31.json"), "utf8"),
    );
    expect(json.quick).toBe(true);
  });

  it("trains nothing again that is there, unless it is told to", async () => {
    const folder = await temporaryFolder();
    const only = ["--presets", "baseline", "--seeds"];
    await reproduce([...only, "2"], reportHost(folder).host);

    const more = reportHost(folder);
    await reproduce([...only, "1,2,3"], more.host);
    expect(more.trained.map(({ seed }) => seed)).toEqual([1, 3]);
    expect(more.out.join("")).toContain("| baseline | 128 | 1, 2, 3 |");
    expect(more.err.join("")).toContain("1 of 3 runs are there already.");

    const fewer = reportHost(folder);
    await reproduce([...only, "3"], fewer.host);
    expect(fewer.trained).toEqual([]);
    expect(fewer.out.join("")).toContain("| baseline | 128 | 1, 2, 3 |");

    const fresh = reportHost(folder);
    await reproduce([...only, "3", "--fresh"], fresh.host);
    expect(fresh.trained).toHaveLength(1);
    expect(fresh.out.join("")).toContain("| baseline | 128 | 3 |");

    const tomorrow = reportHost(folder, { today: () => "2026-02-01" });
    await reproduce([...only, "3"], tomorrow.host);
    expect(tomorrow.trained).toHaveLength(1);
  });

  it("trains again what has other settings, and refuses to leave such runs in a table", async () => {
    const folder = await temporaryFolder();
    const only = ["--presets", "baseline", "--seeds"];
    await reproduce([...only, "1,2"], reportHost(folder).host);
    const file = join(folder, `${NAME}.json`);
    const stored = JSON.parse(await readFile(file, "utf8"));
    // As if the recipe had been another when seed 2 was trained.
    stored.runs[1].config.epochs = 60;
    await writeFile(file, JSON.stringify(stored));

    const refused = reproduce([...only, "1,3"], reportHost(folder).host);
    await expect(refused).rejects.toThrow(CommandError);
    await expect(refused).rejects.toThrow(/recipe of baseline 128, seed 2 has changed/);

    const again = reportHost(folder);
    await reproduce([...only, "1,2"], again.host);
    expect(again.trained.map(({ seed, epochs }) => [seed, epochs])).toEqual([[2, 50]]);
  });

  it("keeps what is finished at Ctrl-C, says how to go on, and goes on the next day", async () => {
    const folder = await temporaryFolder();
    const argv = ["--presets", "baseline"];
    const first = reportHost(folder, {
      async run({ config, control }) {
        if (config.seed === 2) {
          first.interrupt();
          if (control.cancelled) throw new RunCancelledError();
        }
        return resultOf(config);
      },
    });
    const attempt = reproduce(argv, first.host);
    await expect(attempt).rejects.toThrow(InterruptedError);
    await expect(attempt).rejects.toThrow(/1 of 3 runs are finished and kept in .* same command/);
    expect(first.out).toEqual([]);
    expect(await readFile(join(folder, `${NAME}.md`), "utf8")).toContain("**Not finished:**");

    const second = reportHost(folder, { today: () => "2026-02-01" });
    await reproduce(argv, second.host);
    expect(second.trained.map(({ seed }) => seed)).toEqual([2, 3]);
    expect((await readdir(folder)).filter((file) => file.endsWith(".md"))).toEqual([`${NAME}.md`]);
    expect(second.out.join("")).toContain("2026-01-31");
    expect(second.out.join("")).not.toContain("Not finished");
  });

  it("does not advise to begin anew, when it goes on", async () => {
    const late = reportHost(await temporaryFolder(), {
      async run({ config }) {
        late.interrupt();
        return resultOf(config);
      },
    });
    const attempt = reproduce(["--fresh"], late.host);
    await expect(attempt).rejects.toThrow(/1 of 12 .* same command without --fresh goes on/);
  });

  it("keeps the runs before one that fails", async () => {
    const folder = await temporaryFolder();
    const broken = new Error("diverged");
    const { host } = reportHost(folder, {
      run: async ({ config }) => {
        if (config.seed === 2) throw broken;
        return resultOf(config);
      },
    });
    await expect(reproduce(["--presets", "baseline"], host)).rejects.toThrow(broken);
    const { runs, finished } = JSON.parse(await readFile(join(folder, `${NAME}.json`), "utf8"));
    expect([runs.length, finished]).toEqual([1, false]);
  });

  it("helps without training", async () => {
    const { host, out, trained } = reportHost("unused");
    await reproduce(["--help"], host);
    for (const name of ["seeds", "presets", "quick", "out", "fresh", "json"]) {
      expect(out.join("")).toContain(`  --${name}`);
    }
    expect(out.join("")).toContain("(default 1,2,3)");
    expect(trained).toEqual([]);
  });

  it.each([
    [["--seeds", "1,x"], /^--seeds takes whole numbers from 0 to 4294967295/],
    [["--presets", "nested"], /^--presets takes names .* out of baseline, modified, loom/],
    [["--device", "gpu"], /^--device takes one of auto, wasm, webgpu, tfjs/],
    [["--threads", "0"], /^--threads takes a whole number from 1 to 64/],
    [["--out="], /^--out takes a DIR/],
    [["--epochs", "3"], /^There is no option --epochs/],
  ])("refuses %j in one line", async (argv, message) => {
    const { host, trained } = reportHost("unused");
    const error = await reproduce(argv, host).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("\n");
    expect(trained).toEqual([]);
  });

  it("says that images are synthetic, before it trains", async () => {
    const { host, err } = reportHost(await temporaryFolder(), {
      images: runImages(async () => ({ dataset: GARMENTS, note: "Synthetic garments." })),
    });
    await reproduce(["--presets", "baseline", "--seeds", "1"], host);
    expect(err[0]).toBe("Synthetic garments.\n");
  });

  it("really trains: --quick of one net and seed, on drawn garments", async () => {
    const folder = await temporaryFolder();
    const { host, out } = reportHost(folder, { run: runTask });
    const argv = ["--quick", "--presets", "baseline", "--seeds", "1", "--threads", "1", "--json"];
    await reproduce(argv, host);
    const [run] = JSON.parse(out[0]!).runs;
    expect(run).toMatchObject({
      device: "wasm",
      epochs: 2,
      trainImages: 80,
      testImages: 10,
      config: configFor("baseline", { epochs: 2, threads: 1 }),
    });
    // Two steps have begun to tell black from bright: all grey would have ln 2.
    expect(run.validationLoss).toBeLessThan(Math.LN2 - 0.005);
    expect(run.pca.mse).toBeLessThan(run.test.mse);

    const again = reportHost(folder);
    await reproduce(argv, again.host);
    expect(again.trained).toEqual([]);
    expect(JSON.parse(again.out[0]!).runs).toEqual([run]);
  });
});
