import { describe, expect, it } from "vitest";
import { readRequest } from "../../../src/cli/train-options";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { configFor } from "../../../src/config/recipes";
import { PRESETS } from "../../../src/nets/presets";

const request = async (...argv: string[]) => (await readRequest(argv, () => {}))!;

describe("readRequest", () => {
  it("without arguments is the published baseline", async () => {
    expect(await request()).toEqual({ config: DEFAULT_CONFIG, folder: null, json: false });
  });

  it.each(PRESETS)("gives %s its recipe", async (preset) => {
    expect((await request("--preset", preset)).config).toEqual(configFor(preset));
  });

  it("puts every option into its setting", async () => {
    const argv = [
      "--preset",
      "loom",
      "--latent",
      "32",
      "--epochs",
      "3",
      "--batch",
      "16",
      "--loss",
      "mae:2",
      "--lr",
      "0.002",
      "--schedule",
      "oneCycle",
      "--warmup",
      "0.3",
      "--beta2",
      "0.95",
      "--weight-decay",
      "0.01",
      "--clip-norm",
      "1",
      "--flips",
      "off",
      "--monitor",
      "mse",
      "--patience",
      "4",
      "--keep",
      "last",
      "--seed",
      "8",
      "--classes",
      "3,2",
      "--split",
      "writeup",
      "--device",
      "tfjs",
      "--threads",
      "2",
      "--save",
      "out",
      "--json",
    ];
    expect(await request(...argv)).toEqual({
      config: configFor("loom", {
        latentSize: 32,
        epochs: 3,
        batchSize: 16,
        loss: { meanAbsoluteError: 2 },
        learningRate: 0.002,
        schedule: "oneCycle",
        warmup: 0.3,
        beta2: 0.95,
        weightDecay: 0.01,
        clipNorm: 1,
        flips: false,
        monitor: "mse",
        patience: 4,
        restoreBest: false,
        seed: 8,
        classes: [2, 3],
        split: "writeup",
        device: "tfjs-cpu",
        threads: 2,
      }),
      folder: "out",
      json: true,
    });
  });

  it("turns off what a recipe has on", async () => {
    const argv = ["--preset", "modified", "--patience", "none", "--keep", "last"];
    expect((await request(...argv)).config).toEqual(
      configFor("modified", { patience: null, restoreBest: false }),
    );
  });

  it("keeps the best weights with a patience, unless told otherwise", async () => {
    const restored = async (...argv: string[]) => (await request(...argv)).config.restoreBest;
    expect(await restored("--patience", "3")).toBe(true);
    expect(await restored("--patience", "3", "--keep", "last")).toBe(false);
    expect(await restored("--keep", "best")).toBe(true);
    expect(await restored("--patience", "none")).toBe(false);
    expect(await restored("--preset", "modified", "--patience", "none")).toBe(true);
  });

  it("helps with every option and preset", async () => {
    let help = "";
    const none = await readRequest(["--help"], (text) => {
      help += text;
    });
    expect(none).toBeNull();
    for (const preset of PRESETS) expect(help).toContain(`\n  ${preset}: `);
    expect(help).toMatch(/--clip-norm X\|none +Largest norm of the gradient, 0\.001 to 1000\n/);
    expect(help).toMatch(/--seed N +.*\(default 1\)\n/);
    expect(help).toMatch(/--classes N,… +Class ids \(default 0,1\)\n/);
  });
});
