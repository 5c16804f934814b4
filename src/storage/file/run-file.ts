/**
 * One file holds a run: a zip of a description in JSON and of plain arrays, little-endian.
 *
 *     run.json            settings, figures of every epoch, result, and each part's length and CRC
 *     losses.f32          of every step
 *     weights-last.f32    in the order of Keras' get_weights
 *     weights-best.f32
 *     adam-m.f32, adam-v.f32, adam-a.f32   what the optimiser keeps, named after the first that there was
 *     test-….f32          figures of every test image
 *     frames.u8           reconstructions, in the shape that run.json's spec says (28 × 28 × 1 without one)
 *
 * Files come from anywhere: nothing in one is run, and none of its sizes is believed.
 */

import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from "fflate";
import { crc32 } from "../../checks/crc32";
import { SchemaError } from "../../checks/schema";
import type { DeviceChange } from "../../config/devices";
import { sizeOf } from "../../math/image-set";
import type { LiveElbo } from "../../metrics/likelihood";
import type { RunResult } from "../../runs/results";
import { RANGES } from "../../runs/results-schema";
import { MOST_FILE_BYTES, newRecord, type RunRecord, specOf } from "../record";
import { checkArrays, checkFit, checkFloats, checkTest, fittedToImages } from "../record-schema";
import type { Frame, RunArrays } from "../store";
import { zipChecksum } from "./checksum";
import {
  type Description,
  type DescriptionInput,
  HEADER,
  MOST_PART_BYTES,
  parseDescription,
} from "./description";

export interface RunFile {
  readonly record: RunRecord;
  /** Null for a run that ended before its first checkpoint. */
  readonly arrays: RunArrays | null;
  readonly frames: readonly Frame[];
}

/** The file is damaged, or no run; the message says why in one sentence. */
export class RunFileError extends Error {
  override readonly name = "RunFileError";
}

const MOST_DESCRIPTION_BYTES = 4e6;
/** Of all parts together, unpacked. */
const MOST_BYTES = 400e6;
/** Zip entries: a run has ten, and programs add folders and notes of their own. */
const MOST_ENTRIES = 100;

const PARTS = [
  "losses.f32",
  "weights-last.f32",
  "weights-best.f32",
  "adam-m.f32",
  "adam-v.f32",
  "adam-a.f32",
  "test-ssim.f32",
  "test-ssim-writeup.f32",
  "test-mse.f32",
  "frames.u8",
] as const;
type Part = (typeof PARTS)[number];
type Parts = Partial<Record<Part, Uint8Array>>;

const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** The file's bytes. */
export function packRun({ record, arrays, frames }: RunFile): Uint8Array<ArrayBuffer> {
  const { name, createdAt, config, status, source, start, imagesPerSecond, epochs } = record;
  const { progress, result, failure, losses, test, deviceChanges = [] } = record;
  const { spec } = record;
  const pixels = new Uint8Array(frames.reduce((sum, frame) => sum + frame.pixels.length, 0));
  let at = 0;
  for (const frame of frames) {
    pixels.set(frame.pixels, at);
    at += frame.pixels.length;
  }
  const parts: Parts = {
    "losses.f32": bytesOf(losses),
    ...(arrays && {
      "weights-last.f32": bytesOf(arrays.weights),
      ...(arrays.best && { "weights-best.f32": bytesOf(arrays.best) }),
      "adam-m.f32": bytesOf(arrays.m),
      "adam-v.f32": bytesOf(arrays.v),
      ...(arrays.a && { "adam-a.f32": bytesOf(arrays.a) }),
    }),
    ...(test && {
      "test-ssim.f32": bytesOf(test.ssim),
      "test-ssim-writeup.f32": bytesOf(test.ssimWriteup),
      "test-mse.f32": bytesOf(test.mse),
    }),
    "frames.u8": pixels,
  };
  const description: DescriptionInput = {
    ...HEADER,
    name,
    createdAt,
    config,
    status,
    source,
    imagesPerSecond,
    failure,
    progress,
    ...(spec && { spec }),
    // Plain copies: a later page may have more in them than this format knows of.
    start,
    result: result && withoutChanges(result),
    deviceChanges: [...deviceChanges],
    epochs: epochs.map(({ nats, ...figures }) => ({
      ...figures,
      ...(nats && { nats: copied(nats) }),
    })),
    frames: frames.map(({ pixels: _pixels, ssim, ssimWriteup, ...frame }) => ({
      ...frame,
      ssim: [...ssim],
      ssimWriteup: [...ssimWriteup],
    })),
    parts: Object.fromEntries(
      Object.entries(parts).map(([part, bytes]) => [
        part,
        { bytes: bytes.length, crc32: crc32(bytes) },
      ]),
    ),
  };
  const files: Zippable = { "run.json": [strToU8(JSON.stringify(description)), { level: 6 }] };
  // Random bits of floats do not get smaller; black ground does.
  for (const [part, bytes] of Object.entries(parts)) {
    files[part] = [bytes, { level: part === "frames.u8" ? 6 : 0 }];
  }
  return zipSync(files);
}

/** Lists of the state's are not to be written to, those of a description are. */
const copied = ({ klOfNumbers, ...nats }: LiveElbo) => ({
  ...nats,
  ...(klOfNumbers && { klOfNumbers: [...klOfNumbers] }),
});

/**
 * The run that a file holds, under an id of its own.
 *
 * @throws RunFileError
 */
export function unpackRun(file: Uint8Array, id: string): RunFile {
  if (file.length > MOST_FILE_BYTES) {
    throw new RunFileError(`It has over ${MOST_FILE_BYTES / 1e6} MB, more than any run.`);
  }
  const unpacked = unzip(file);
  const description = describe(file, unpacked["run.json"]);
  const parts = checkedParts(unpacked, description);
  const floats = (part: Part): Float32Array | null => {
    const bytes = parts[part];
    if (!bytes) return null;
    if (bytes.length % 4 !== 0) throw new RunFileError(`Its ${part} is cut off.`);
    return new Float32Array(bytes.slice().buffer);
  };
  const { frames, parts: _parts, ...described } = description;
  const figures = ofFile(() => fittedToImages(described));
  const underway = figures.status === "running" || figures.status === "paused";
  const record: RunRecord = {
    ...newRecord(id, figures.config, figures.createdAt),
    ...figures,
    status: underway ? "interrupted" : figures.status,
    updatedAt: Date.now(),
    result: figures.result && withChanges(figures.result, figures.deviceChanges),
    losses: floats("losses.f32") ?? new Float32Array(0),
    test: testOf(floats),
  };
  const arrays = arraysOf(floats);
  if (record.progress && !arrays) throw new RunFileError("Its weights are missing.");
  if (record.progress?.best && !arrays?.best) {
    throw new RunFileError("Its best weights are missing.");
  }
  ofFile(() => {
    if (arrays) checkArrays(arrays, record.start);
    checkTest(record.test, record.result?.testImages);
    checkFloats("losses", record.losses, RANGES.loss);
    checkFit(record);
  });
  return { record, arrays, frames: framesOf(frames, sizeOf(specOf(record)), parts["frames.u8"]) };
}

/** @throws RunFileError for what a check finds in the file */
function ofFile<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof SchemaError ? new RunFileError(`Its ${error.message}.`) : error;
  }
}

/** The file has them once: they are the run's, finished or not. */
function withoutChanges({ deviceChanges: _changes, ...result }: RunResult) {
  return result;
}

function withChanges(result: RunResult, deviceChanges: readonly DeviceChange[]): RunResult {
  return deviceChanges.length > 0 ? { ...result, deviceChanges } : result;
}

/** Unpacks the files that a run has, as long as they say that they are small enough; no others. */
function unzip(file: Uint8Array): Partial<Record<string, Uint8Array>> {
  const known: ReadonlySet<string> = new Set<string>(["run.json", ...PARTS]);
  const seen = new Set<string>();
  let entries = 0;
  let total = 0;
  try {
    return unzipSync(file, {
      // fflate unpacks into an array of the size that was announced, and no further: what is
      // checked here cannot grow afterwards.
      filter({ name, originalSize }) {
        if (++entries > MOST_ENTRIES) throw new RunFileError("It has more parts than any run.");
        if (!known.has(name)) return false;
        // Each would be unpacked in turn: 1,000 took 14 s.
        if (seen.has(name)) throw new RunFileError(`It has its ${name} more than once.`);
        seen.add(name);
        const most = name === "run.json" ? MOST_DESCRIPTION_BYTES : MOST_PART_BYTES;
        total += originalSize;
        if (originalSize > most || total > MOST_BYTES) {
          throw new RunFileError(`Its ${name} is larger than that of any run.`);
        }
        return true;
      },
    });
  } catch (error) {
    if (error instanceof RunFileError) throw error;
    throw new RunFileError("It is damaged, or no file of this page.");
  }
}

function describe(file: Uint8Array, bytes: Uint8Array | undefined): Description {
  if (!bytes) throw new RunFileError("It is a zip file, but not of a run of this page.");
  let input: unknown;
  try {
    // A byte of packed text that changed may still unpack to JSON: 0.6 once became 2.6.
    if (crc32(bytes) !== zipChecksum(file, "run.json")) throw new RangeError("CRC-32");
    input = JSON.parse(strFromU8(bytes));
  } catch {
    throw new RunFileError("Its description is damaged.");
  }
  try {
    return parseDescription(input);
  } catch (error) {
    throw error instanceof SchemaError ? new RunFileError(error.message) : error;
  }
}

/** Every part that the description announces, as long and with the checksum that it says. */
function checkedParts(
  unpacked: Partial<Record<string, Uint8Array>>,
  { parts }: Description,
): Parts {
  const checked: Parts = {};
  for (const part of PARTS) {
    const wanted = parts[part];
    const bytes = unpacked[part];
    if (!wanted) continue;
    if (bytes?.length !== wanted.bytes) throw new RunFileError(`Its ${part} is cut off.`);
    if (crc32(bytes) !== wanted.crc32) throw new RunFileError(`Its ${part} is damaged.`);
    checked[part] = bytes;
  }
  return checked;
}

function arraysOf(floats: (part: Part) => Float32Array | null): RunArrays | null {
  const weights = floats("weights-last.f32");
  const best = floats("weights-best.f32");
  const [m, v] = [floats("adam-m.f32"), floats("adam-v.f32")];
  if (!weights || !m || !v) return null;
  const a = floats("adam-a.f32");
  return { weights, best, m, v, ...(a ? { a } : {}) };
}

function testOf(floats: (part: Part) => Float32Array | null): RunRecord["test"] {
  const ssim = floats("test-ssim.f32");
  const ssimWriteup = floats("test-ssim-writeup.f32");
  const mse = floats("test-mse.f32");
  return ssim && ssimWriteup && mse ? { ssim, ssimWriteup, mse } : null;
}

function framesOf(
  frames: Description["frames"],
  size: number,
  pixels: Uint8Array | undefined,
): Frame[] {
  const wanted = frames.reduce((sum, { count }) => sum + count * size, 0);
  const fits = frames.every(
    ({ count, ssim, ssimWriteup }) => ssim.length === count && ssimWriteup.length === count,
  );
  if (wanted !== (pixels?.length ?? 0) || !fits) {
    throw new RunFileError("Its reconstructions do not fit their description.");
  }
  let at = 0;
  return frames.map((frame) => {
    const from = at;
    at += frame.count * size;
    return { ...frame, pixels: pixels!.slice(from, at) };
  });
}
