import fc from "fast-check";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../../src/checks/crc32";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import type { Description } from "../../../src/storage/file/description";
import { packRun, type RunFile, unpackRun } from "../../../src/storage/file/run-file";
import { newRecord } from "../../../src/storage/record";
import { RUN, refusal } from "./finished-run";

const PACKED = packRun(RUN);

interface Tampering {
  /** Parts to replace, or to leave out. */
  readonly parts?: Readonly<Record<string, Uint8Array | null>>;
  readonly describe?: (description: Description) => object;
  /** Lengths and checksums stay those of the parts before. */
  readonly secretly?: boolean;
}

/** The file with something in it changed. */
function tampered({ parts = {}, describe = (same) => same, secretly = false }: Tampering) {
  const files: Record<string, Uint8Array> = unzipSync(PACKED);
  const description: Description = JSON.parse(strFromU8(files["run.json"]!));
  const told = { ...description.parts };
  for (const [name, bytes] of Object.entries(parts)) {
    if (bytes) files[name] = bytes;
    else delete files[name];
    if (secretly) continue;
    if (bytes) told[name] = { bytes: bytes.length, crc32: crc32(bytes) };
    else delete told[name];
  }
  const changed = JSON.stringify(describe({ ...description, parts: told }));
  return zipSync({ ...files, "run.json": strToU8(changed) });
}

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

describe("a run file", () => {
  it("from before devices that failed were kept opens as one without any", () => {
    const old = tampered({ describe: ({ deviceChanges: _changes, ...rest }) => rest });
    const { record } = unpackRun(old, "copy");
    expect(record.deviceChanges).toEqual([]);
    expect(record.result).not.toHaveProperty("deviceChanges");
  });

  it("gives back all of the run, to the bit, under another id", () => {
    const { record, arrays, frames } = unpackRun(PACKED, "copy");
    const { updatedAt: _now, ...rest } = record;
    const { updatedAt: _then, ...original } = RUN.record;
    expect(rest).toEqual({ ...original, id: "copy" });
    expect(arrays).toEqual(RUN.arrays);
    expect(frames).toEqual(RUN.frames);
  });

  it("holds a run without weights, result or pictures too", () => {
    const bare: RunFile = {
      record: { ...newRecord("a", DEFAULT_CONFIG, 5), status: "failed", failure: "It broke." },
      arrays: null,
      frames: [],
    };
    const { record, arrays, frames } = unpackRun(packRun(bare), "b");
    expect(record).toMatchObject({ status: "failed", failure: "It broke.", progress: null });
    expect(arrays).toBeNull();
    expect(frames).toEqual([]);
  });

  it("of a run under way is one that can be gone on with", () => {
    const underway = { ...RUN, record: { ...RUN.record, status: "running" as const } };
    expect(unpackRun(packRun(underway), "copy").record.status).toBe("interrupted");
  });
});

describe("a damaged or hostile file is refused with a reason:", () => {
  it.each([
    ["nothing", new Uint8Array(0), /damaged, or no file/],
    ["no zip", strToU8("hello, this is no zip file at all"), /damaged, or no file/],
    ["cut off", PACKED.slice(0, PACKED.length / 2), /damaged|cut off/],
    ["another zip", zipSync({ "a.txt": strToU8("hi") }), /not of a run of this page/],
    ["no JSON", zipSync({ "run.json": strToU8("{") }), /description is damaged/],
    ["another format", tampered({ describe: (d) => ({ ...d, format: "x" }) }), /does not say/],
    [
      "no format",
      tampered({ describe: (d) => ({ ...d, format: undefined }) }),
      /^It does not say that it is a run of this page\.$/,
    ],
    ["a description that is none", zipSync({ "run.json": strToU8("null") }), /does not say/],
    [
      "a field that is missing",
      tampered({ describe: ({ status: _status, ...rest }) => rest }),
      /^Its status is missing\.$/,
    ],
    [
      "a figure in an object's place",
      tampered({ describe: (d) => ({ ...d, start: 5 }) }),
      /^Its start must be an object\.$/,
    ],
    ["a later version", tampered({ describe: (d) => ({ ...d, version: 2 }) }), /another version/],
    [
      "a forbidden setting",
      tampered({ describe: (d) => ({ ...d, config: { ...d.config, batchSize: 1e9 } }) }),
      /batch size must/,
    ],
    [
      "a figure that is text",
      tampered({ describe: (d) => ({ ...d, epochs: [{ ...d.epochs[0], trainLoss: "<b>" }] }) }),
      /epochs\.0\.trainLoss/,
    ],
    [
      "a long name",
      tampered({ describe: (d) => ({ ...d, name: "x".repeat(61) }) }),
      /name must be text of at most 60 characters/,
    ],
    [
      "a thousand and one epochs",
      tampered({ describe: (d) => ({ ...d, epochs: Array(1001).fill(d.epochs[0]) }) }),
      /epochs/,
    ],
    [
      "epochs out of order",
      tampered({ describe: (d) => ({ ...d, epochs: d.epochs.toReversed() }) }),
      /epochs are not right/,
    ],
    [
      "weights that are not there",
      tampered({ parts: { "weights-last.f32": null }, secretly: true }),
      /weights-last.f32 is cut off/,
    ],
    ["no weights", tampered({ parts: { "weights-last.f32": null } }), /weights are missing/],
    [
      "no best weights",
      tampered({ parts: { "weights-best.f32": null } }),
      /best weights are missing/,
    ],
    [
      "a weight that is no number",
      tampered({ parts: { "weights-last.f32": floats(1, Number.NaN, 2) } }),
      /weights must be numbers, and number 2 is NaN/,
    ],
    ["half a float", tampered({ parts: { "losses.f32": new Uint8Array(33) } }), /cut off/],
    [
      "best weights of another size",
      tampered({ parts: { "weights-best.f32": floats(1) } }),
      /best weights must be as many/,
    ],
    ["moments of another size", tampered({ parts: { "adam-m.f32": floats(1) } }), /optimiser/],
    ["too few losses", tampered({ parts: { "losses.f32": floats(1, 2) } }), /epochs\.0\.step/],
    ["too few test figures", tampered({ parts: { "test-mse.f32": floats(1) } }), /test images/],
    [
      "too few pixels",
      tampered({ parts: { "frames.u8": new Uint8Array(784) } }),
      /reconstructions/,
    ],
    [
      "a bit that flipped",
      tampered({ parts: { "weights-last.f32": floats(1, -2, 4e-30) }, secretly: true }),
      /weights-last.f32 is damaged/,
    ],
  ])("%s", (_what, file, message) => {
    expect(refusal(file)).toMatch(message);
  });

  it("a part that unpacks to gigabytes", () => {
    const bomb = zipSync({ "run.json": new Uint8Array(5e6) }, { level: 9 });
    expect(bomb.length).toBeLessThan(20_000);
    expect(refusal(bomb)).toMatch(/run.json is larger/);
  });

  it("a part that lies about its size cannot grow beyond it", () => {
    const bomb = zipSync({ "run.json": strToU8(" ".repeat(3e6)) }, { level: 9 });
    const view = new DataView(bomb.buffer, bomb.byteOffset);
    // The size stands in the local header and in the directory at the end.
    for (let at = 0; at < bomb.length - 4; at++) {
      if (view.getUint32(at, true) === 3e6) view.setUint32(at, 100, true);
    }
    expect(refusal(bomb)).not.toBe("accepted");
  });

  it("whatever single byte is changed, it is the same run or refused", () => {
    fc.assert(
      fc.property(fc.nat(PACKED.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const file = PACKED.slice();
        file[at]! ^= change;
        if (refusal(file) !== "accepted") return;
        const { record, ...rest } = unpackRun(file, "copy");
        expect({ ...record, id: "original", updatedAt: RUN.record.updatedAt }).toEqual(RUN.record);
        expect({ record: RUN.record, ...rest }).toEqual(RUN);
      }),
      // The example unpacks to JSON with another SSIM.
      { numRuns: 300, examples: [[797, 48]] },
    );
  });
});

describe("crc32", () => {
  it("is that of zip", () => {
    expect(crc32(strToU8("123456789"))).toBe(0xcbf43926);
  });
});
