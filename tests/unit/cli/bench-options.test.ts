import { describe, expect, it } from "vitest";
import { parseArguments } from "../../../src/cli/args";
import { bench } from "../../../src/cli/bench";
import { CONTENDERS, contendersNamed } from "../../../src/cli/bench/contenders";
import { BENCH_SYNTAX } from "../../../src/cli/bench/options";
import { UsageError } from "../../../src/cli/errors";
import { PRESETS } from "../../../src/nets/presets";

const read = (...argv: string[]) => parseArguments(BENCH_SYNTAX, argv)!;

describe("bench's options", () => {
  it("measure the baseline at its own batch with every contender where nothing is said", () => {
    const options = read();
    expect([options.preset, options.net]).toEqual([undefined, null]);
    expect(options.batch).toBeUndefined();
    expect(contendersNamed(options.only)).toEqual(CONTENDERS);
    const { json, save, trial, operations } = options;
    expect([json, save, trial, operations]).toEqual([false, false, false, false]);
  });

  it("take several nets, in the order given and each once", () => {
    expect(read("--preset", "loom,baseline,loom").preset).toEqual(["loom", "baseline"]);
    expect(read("--preset", PRESETS.join(",")).preset).toEqual(PRESETS);
  });

  it("take several batches, each of 1 to 1024 images", () => {
    expect(read("--batch", "128,32").batch).toEqual([32, 128]);
    expect(() => read("--batch", "32,2048")).toThrow("whole numbers from 1 to 1024");
  });

  it("take images of another shape, on this engine alone", () => {
    expect(read().shape).toEqual({ height: 28, width: 28, channels: 1 });
    expect(read("--shape", "64x32x3").shape).toEqual({ height: 64, width: 32, channels: 3 });
    expect(() => read("--shape", "7x8x1")).toThrow("from 8x8x1 to 64x64x3");
    const any = CONTENDERS.filter(({ takesAnyShape }) => takesAnyShape).map(({ name }) => name);
    expect(any).toEqual([
      "wasm-node",
      "wasm-chromium",
      "wasm-chromium-wide",
      "webgpu-node",
      "webgpu",
    ]);
  });

  it("take both of PyTorch's ways by one name", () => {
    const named = (only: string) => contendersNamed(read("--only", only).only);
    expect(named("torch").map(({ name }) => name)).toEqual(["torch-eager", "torch-compiled"]);
    expect(named("torch-compiled").map(({ name }) => name)).toEqual(["torch-compiled"]);
  });

  it("refuse to save a trial, before anything is measured", async () => {
    await expect(bench(["--trial", "--save"])).rejects.toThrow(UsageError);
  });

  it("train a net of one's own by one preset's recipe", async () => {
    expect(read("--net", "latent 4 > mirror", "--preset", "loom")).toMatchObject({
      preset: ["loom"],
      net: "latent 4 > mirror",
    });
    const two = bench(["--net", "latent 4 > mirror", "--preset", "loom,baseline"]);
    await expect(two).rejects.toThrow("the recipe of one preset");
    await expect(bench(["--net", "latent 4"])).rejects.toThrow(
      /The net's text is no net for images of 28×28×1: .*wanted/,
    );
  });

  it("refuse a net that there is none of in one line that names all", () => {
    expect(() => read("--preset", "loom,weave")).toThrow(UsageError);
    expect(() => read("--preset", "loom,weave")).toThrow(
      `--preset takes names separated by commas, out of ${PRESETS.join(", ")}, not "loom,weave".`,
    );
  });

  it("tell in the help which batch is taken without --batch", () => {
    let help = "";
    parseArguments(BENCH_SYNTAX, ["--help"], (text) => {
      help = text;
    });
    expect(help).toMatch(
      /--batch N,… +Images a step, one number after the other \(default the recipe's\)/,
    );
    expect(help).toMatch(/--preset NAME,… +Nets to train \(default baseline\)/);
  });
});
