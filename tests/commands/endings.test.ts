/** How commands end where something is missing, full, closed or interrupted: in words, losing nothing. */

import { existsSync, openSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser } from "../../scripts/lib/browser.mjs";
import { command, type Ended, start, succeed } from "./process";

let folder = "";
let saved = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latent-loom-"));
  saved = join(folder, "saved");
  await succeed("train", "--preset", "baseline", ...SHORT, "--save", saved);
  await writeFile(join(folder, "file"), "");
});
afterAll(() => rm(folder, { recursive: true }));

const SHORT = ["--latent", "4", "--epochs", "1", "--device", "wasm"];
const PAIRS = ["score", "--pairs", "tests/golden/ssim.json"];

/** One line on stderr, no stack, nothing on stdout, and no work begun. */
function expectRefusal({ code, stdout, stderr }: Ended, message: RegExp) {
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(stdout).toBe("");
  expect(code).toBe(2);
}

describe("a folder that cannot be written, and an input that is not there", () => {
  const exports = (model: string, out: string) => ["export", "--model", model, "--out", out];
  const packs = (from: string, out: string) => ["pack", "--from", from, "--out", out];
  const file = () => join(folder, "file");
  const under = () => join(folder, "file", "below");
  it.concurrent.for<[string, () => string[], RegExp]>([
    ["train --save FILE", () => ["train", "--save", file()], /--save: .* a file of that name/],
    ["train --save below a file", () => ["train", "--save", under()], /--save: .*is a file, not/],
    // There mkdir's own way to make all folders of a path never ends.
    ["train --save /proc/x", () => ["train", "--save", "/proc/x"], /--save: .*\/proc\/x cannot/],
    ["train --recipe NOTHING", () => ["train", "--recipe", under()], /below cannot be read/],
    ["reproduce --out FILE", () => ["reproduce", "--out", file()], /--out: .* cannot be written/],
    ["sweep --out below a file", () => ["sweep", "--out", under()], /--out: .* cannot be written/],
    ["export --out FILE", () => exports(saved, file()), /--out: .* cannot be written/],
    ["export --model NOTHING", () => exports(under(), saved), /--model: .* cannot be read/],
    ["export --model of no model", () => exports(folder, saved), /no such file.*train -- --save/],
    ["pack --out FILE", () => packs(saved, file()), /--out: .* cannot be written/],
    ["pack --from NOTHING", () => packs(under(), saved), /--from: .* cannot be read/],
    ["score --pairs NOTHING", () => ["score", "--pairs", under()], /--pairs: .* cannot be read/],
  ])("%s is one line that says so, and exit code 2", async ([, argv, message]) => {
    expectRefusal(await command(...argv()), message);
  });
});

describe("a reader that goes away", () => {
  /** The first bytes of stdout are read, then its pipe is closed. */
  async function readLittle(...argv: string[]): Promise<Ended> {
    const { child, ended } = start(argv);
    child.stdout?.once("data", () => child.stdout?.destroy());
    return ended;
  }

  it("export writes all files and says nothing", async () => {
    const out = join(folder, "exported");
    const { child, ended } = start(["export", "--model", saved, "--to", "onnx", "--out", out]);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
    const files = ["README.md", "autoencoder.onnx", "decoder.onnx", "encoder.onnx"];
    expect((await readdir(out)).sort()).toEqual(files);
  });

  it.for([
    { argv: PAIRS, name: "score" },
    { argv: ["train", "--help"], name: "train --help" },
  ])("$name ends quietly", async ({ argv }) => {
    expect(await readLittle(...argv)).toMatchObject({ code: 0, stderr: "" });
  });

  it("train goes on without a reader of its progress, and prints its result", async () => {
    const out = join(folder, "unseen");
    const { child, ended } = start(["train", ...SHORT, "--save", out, "--json"]);
    child.stderr?.destroy();
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(
      JSON.parse(await readFile(join(out, "result.json"), "utf8")),
    );
  });
});

describe.runIf(existsSync("/dev/full"))("a full disk", () => {
  it("is told in one line", async () => {
    const { ended } = start(PAIRS, openSync("/dev/full", "w"));
    const { code, stderr } = await ended;
    expect(stderr).toBe("The output cannot be written (the disk is full).\n");
    expect(code).toBe(1);
  });
});

describe("Ctrl-C", () => {
  /** Interrupted as soon as stderr has said that. */
  async function interrupt(after: RegExp, ...argv: string[]): Promise<Ended> {
    const { child, ended } = start(argv);
    let said = "";
    child.stderr?.on("data", (chunk) => {
      const before = after.test(said);
      said += chunk;
      if (!before && after.test(said)) child.kill("SIGINT");
    });
    return ended;
  }

  it("train keeps what it has trained", async () => {
    const out = join(folder, "stopped");
    const options = ["--latent", "4", "--device", "wasm", "--epochs", "1000", "--save", out];
    const { code, stderr } = await interrupt(/training images/, "train", ...options, "--json");
    expect(stderr).toMatch(/Stopping after this step/);
    expect(code).toBe(0);
    await succeed("export", "--model", out, "--to", "onnx", "--out", join(folder, "of-stopped"));
  });

  it.runIf(findBrowser())("bench ends without a report", async () => {
    const options = ["--trial", "--only", "wasm-chromium,wasm-node", "--threads", "1"];
    const { code, stdout } = await interrupt(/wasm-chromium/, "bench", ...options);
    expect(code).toBe(130);
    expect(stdout).toBe("");
  });

  it("reproduce says how to go on, and goes on", async () => {
    const argv = ["reproduce", "--quick", "--presets", "baseline", "--seeds", "1,2"];
    const out = ["--out", join(folder, "reproduced"), "--json"];
    const { code, stderr } = await interrupt(/1\/2 .* epochs in/, ...argv, ...out);
    expect(stderr).toMatch(/Stopped: 1 of 2 runs are finished and kept in .*goes on with the rest/);
    expect(code).toBe(130);
    expect(JSON.parse(await succeed(...argv, ...out)).runs).toHaveLength(2);
  });
});
