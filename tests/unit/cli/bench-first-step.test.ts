import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { firstStepMarkdown, measureFirstStep } from "../../../src/cli/bench/first-step";
import { configFor } from "../../../src/config/recipes";
import { csvText, testImages } from "../datasets/formats/files";

it("a net is timed from a data set's files to its first step", async () => {
  const folder = await mkdtemp(join(tmpdir(), "latent-loom-first-step-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "images.csv");
  await writeFile(path, csvText(testImages(80, 8, 8, 1)));
  const config = configFor("loom", { latentSize: 4, device: "wasm", threads: 1 });
  const measured = await measureFirstStep(path, config);
  expect(measured).toMatchObject({ net: "loom", threads: 1, images: 80 });
  const { read, made, stepped } = measured;
  expect(read.seconds).toBeGreaterThan(0);
  expect(made.seconds).toBeGreaterThan(read.seconds);
  expect(stepped.seconds).toBeGreaterThan(made.seconds);
  expect(stepped.processorSeconds).toBeGreaterThan(read.processorSeconds);
  expect(firstStepMarkdown(measured)).toMatch(/\| loom \| 1 \| 80 \| \d+\.\d\d s \(\d+\.\d\d\) \|/);
});
