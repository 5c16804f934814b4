import "fake-indexeddb/auto";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { DataSpec } from "../../../src/datasets/dataset";
import { FASHION_MNIST, SYNTHETIC_GARMENTS } from "../../../src/datasets/fashion-mnist";
import { sizeOf } from "../../../src/math/image-set";
import { netText, parseNet } from "../../../src/nets/text";
import { openDatabaseStore } from "../../../src/storage/database";
import { packRun, type RunFile, unpackRun } from "../../../src/storage/file/run-file";
import { type RunRecord, specOf } from "../../../src/storage/record";
import type { Frame } from "../../../src/storage/store";
import { COLOUR_8_12, GREY_16, pattern } from "../image-sets";
import { RUN, refusal } from "./finished-run";

/** The run as one of images of another shape. */
function runOf(spec: DataSpec): RunFile {
  const frames = RUN.frames.map(
    (frame): Frame => ({ ...frame, pixels: pattern(spec, frame.count, frame.step) }),
  );
  const { config, result } = RUN.record;
  const data = spec.id;
  const record: RunRecord = {
    ...RUN.record,
    spec,
    source: spec.source,
    config: { ...config, data },
    result: result && { ...result, config: { ...result.config, data } },
  };
  return { ...RUN, record, frames };
}

/** Its file with another description. */
function described(run: RunFile, change: (description: Record<string, unknown>) => object) {
  const files = unzipSync(packRun(run));
  const description = JSON.parse(strFromU8(files["run.json"]!));
  return zipSync({ ...files, "run.json": strToU8(JSON.stringify(change(description))) });
}

describe.each([COLOUR_8_12, GREY_16])("a run of images of $title", (spec) => {
  const run = runOf(spec);

  it("comes back out of its file with what they are, and every pixel", () => {
    const { record, frames } = unpackRun(packRun(run), "copy");
    expect(record.spec).toEqual(spec);
    expect(frames).toEqual(run.frames);
    expect(frames[1]!.pixels).toHaveLength(2 * sizeOf(spec));
  });

  it("comes back out of the database, without the pictures of other shapes", async () => {
    const store = await openDatabaseStore(`shapes-${spec.id}`);
    try {
      await store.put(run.record);
      for (const frame of run.frames) await store.putFrame(run.record.id, frame);
      const other = { ...run.frames[0]!, step: 99, pixels: new Uint8Array(2 * 784) };
      await store.putFrame(run.record.id, other);
      expect((await store.get(run.record.id))?.spec).toEqual(spec);
      expect(await store.frames(run.record.id)).toEqual(run.frames);
    } finally {
      store.close();
    }
  });

  it("is refused where its pictures are of another shape than it says", () => {
    const taller = described(run, (told) => ({
      ...told,
      spec: { ...spec, height: spec.height + 2 },
    }));
    expect(refusal(taller)).toBe("Its reconstructions do not fit their description.");
    const without = described(run, ({ spec: _spec, ...told }) => told);
    expect(refusal(without)).toBe(
      `Its config is not allowed: the data set is ${spec.id}, and these images are Synthetic garments's.`,
    );
  });
});

describe("settings from before they named a data set", () => {
  const run = runOf(GREY_16);
  const OWN = "conv 4 3 relu /2 > latent 128 > mirror";

  it("are for the images that the run says", async () => {
    const older = described(run, ({ config, result, ...told }) => ({
      ...told,
      config: { ...withoutData(config), net: OWN },
      result: { ...Object(result), config: withoutData(Object(result).config) },
    }));
    const { record } = unpackRun(older, "copy");
    expect(record.config).toMatchObject({ data: GREY_16.id, net: netText(parseNet(OWN, GREY_16)) });
    expect(record.result?.config.data).toBe(GREY_16.id);
  });

  it("are refused in words where their net is none for those images", () => {
    const other = described(RUN, ({ config, ...told }) => ({
      ...told,
      config: { ...withoutData(config), net: netText(parseNet(OWN, GREY_16)) },
    }));
    expect(refusal(other)).toMatch(
      /^Its config is not allowed: the net's text is no net for images of 28×28×1: /,
    );
  });
});

const withoutData = (config: unknown) => {
  const { data: _, ...older } = Object(config) as Record<string, unknown>;
  return older;
};

describe("what a run says of its images", () => {
  it("is Fashion-MNIST where it says nothing, or the garments that stand in for it", () => {
    const { spec: _spec, ...old } = RUN.record;
    expect(specOf(old)).toBe(FASHION_MNIST);
    expect(specOf({ ...old, source: "synthetic" } satisfies RunRecord)).toBe(SYNTHETIC_GARMENTS);
    const { record } = unpackRun(
      described(RUN, ({ spec: _own, ...told }) => told),
      "copy",
    );
    expect(record).not.toHaveProperty("spec");
    expect(specOf(record)).toBe(FASHION_MNIST);
  });

  const forged: readonly (readonly [string, object, string])[] = [
    ["two channels", { channels: 2 }, "Its spec.channels must be 1 or 3."],
    ["no height", { height: 0 }, "Its spec.height must be a whole number from 1 to 1024."],
    ["half a pixel", { width: 27.5 }, "Its spec.width must be a whole number from 1 to 1024."],
    ["no class", { classNames: [] }, "Its spec.classNames must have a class at least."],
    [
      "a class without a name",
      { classNames: ["a", ""] },
      "Its spec.classNames.1 must have a character at least.",
    ],
    ["two classes of a name", { classNames: ["a", "a"] }, "Its spec.classNames must be different."],
    ["a path for an id", { id: "../data" }, "Its spec.id must have letters, digits, _ and - only."],
    [
      "another source",
      { source: "hearsay" },
      "Its spec.source must be one of fashion-mnist, synthetic, own.",
    ],
    [
      "fewer classes than it was trained on",
      { classNames: ["a"], testCounts: [1] },
      "Its config.classes must be of the 1 of its data set.",
    ],
  ];
  it.each(forged)("may not be %s", (_, change, message) => {
    const file = described(RUN, (told) => ({ ...told, spec: { ...FASHION_MNIST, ...change } }));
    expect(refusal(file)).toBe(message);
  });
});
