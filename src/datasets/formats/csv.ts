/**
 * Tables of text with an image a row: a number a pixel, and a label before or behind them.
 *
 * Read byte by byte here: the readers on npm make a text of each field, and 70,000 images of 28 × 28
 * pixels have 55 million.
 */

import type { Choices, Guess } from "../proposal";
import { ClassCounter, type Find, type Found, guess, NO_CLASS, type RawImages } from "./found";
import { ByteReader, DataFileError } from "./input";
import { Extent, guessRange, toRange } from "./range";
import { filesText, isOfTestPart, type KnownFile } from "./unpack";

/** How a table is to be read. */
interface Table {
  readonly file: KnownFile;
  readonly separator: number;
  readonly hasHeader: boolean;
  readonly columns: number;
  /** The column of labels; -1 for none. */
  readonly label: number;
  /** The first column of pixels; they are side by side. */
  readonly first: number;
  readonly side: number;
  readonly channels: 1 | 3;
}

const [NEWLINE, RETURN, QUOTE, POINT, MINUS, SPACE] = [10, 13, 34, 46, 45, 32];
const SEPARATORS = [",", ";", "\t"];
/** Rows that tell labels from pixels. */
const LOOKED_AT_ROWS = 1000;
const LOOKED_AT_BYTES = 2 << 20;
const BATCH_ROWS = 512;
/** 64 × 64 × 3 numbers of 20 digits. */
const LONGEST_ROW = 300_000;

export const findCsv: Find = async (files, _beside, choices) => {
  const texts = files.filter(({ kind }) => kind === "text");
  const tables: Table[] = [];
  for (const file of texts) {
    const table = await tableOf(file, choices);
    if (table) tables.push(table);
  }
  if (tables.length === 0) return null;
  const labelled = tables.filter(({ label }) => label >= 0);
  const ofKind = labelled.length > 0 ? labelled : tables;
  const [{ side, channels }] = ofKind as [Table];
  const used = ofKind.filter((table) => table.side === side && table.channels === channels);
  const hasTraining = used.some(({ file }) => !isOfTestPart(file.path));
  const isTest = ({ file }: Table) => hasTraining && isOfTestPart(file.path);
  used.sort((a, b) => Number(isTest(a)) - Number(isTest(b)));

  const counter = new ClassCounter();
  const extent = new Extent();
  for (const table of used) {
    for await (const { values, labels } of rowsOf(table)) {
      extent.add(values, table.file.path);
      for (const label of labels) counter.add(label, isTest(table));
    }
  }
  const { range, guess: ofRange } = guessRange(
    extent,
    filesText(used.map(({ file }) => file)),
    choices,
  );
  const ids = counter.ids();
  const layout = guess("layout", "Order of the numbers", LAYOUTS, "hwc", choices);
  const found: Found = {
    format: "csv",
    files: used.map(({ file }) => file.path),
    shape: { height: side, width: side, channels },
    isMixed: false,
    hasAlpha: false,
    classes: counter.classes(),
    guesses: [labelGuess(used[0]!, choices), ofRange, ...(channels === 3 ? [layout] : [])],
    notes: tables
      .filter((table) => !used.includes(table))
      .map(
        ({ file }) =>
          `${file.path} is left out: it has ${labelled.length > 0 ? "no labels" : "images of another size"}.`,
      ),
    async *images() {
      for (const table of used) {
        for await (const { values, labels } of rowsOf(table)) {
          const pixels = new Uint8Array(values.length);
          toRange(values, range, pixels);
          const raw: RawImages = {
            height: side,
            width: side,
            channels,
            pixels:
              channels === 3 && layout.value === "chw" ? interleaved(pixels, side * side) : pixels,
            labels: Uint8Array.from(labels, (label) => ids.get(label)!),
            isTest: isTest(table),
          };
          yield raw;
        }
      }
    },
  };
  return found;
};

const LAYOUTS = [
  { value: "hwc", label: "a pixel's red, green and blue side by side" },
  { value: "chw", label: "all reds, then all greens, then all blues" },
] as const;

function interleaved(pixels: Uint8Array, plane: number): Uint8Array {
  const ordered = new Uint8Array(pixels.length);
  for (let at = 0; at < pixels.length; at++) {
    const place = at % (3 * plane);
    ordered[at - place + (place % plane) * 3 + Math.floor(place / plane)] = pixels[at]!;
  }
  return ordered;
}

/** A square number of pixels, of one channel or three; null for any other. */
function squareOf(pixels: number): { side: number; channels: 1 | 3 } | null {
  for (const channels of [1, 3] as const) {
    const side = Math.sqrt(pixels / channels);
    if (Number.isInteger(side) && side >= 4) return { side, channels };
  }
  return null;
}

/** Null for text that is no table of images. */
async function tableOf(file: KnownFile, choices: Choices): Promise<Table | null> {
  const reader = new ByteReader(file);
  const bytes = await reader.upTo(LOOKED_AT_BYTES);
  await reader.close();
  const lines = new TextDecoder()
    .decode(bytes)
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/, LOOKED_AT_ROWS + 2);
  // The last one may be cut.
  if (lines.length > 2) lines.pop();
  const [begin = ""] = lines;
  const separator = SEPARATORS.reduce((best, each) =>
    count(begin, each) > count(begin, best) ? each : best,
  );
  const rows = lines.filter((line) => line !== "").map((line) => line.split(separator).map(plain));
  const [header = [], second = header] = rows;
  const columns = second.length;
  if (columns < 16) return null;
  const isNumber = (text: string) => text !== "" && Number.isFinite(Number(text));
  const hasHeader = header.filter((text) => !isNumber(text)).length > 1;
  const sample = hasHeader ? rows.slice(1) : rows;
  const named = hasHeader
    ? header.findIndex((text) => /^(label|labels|class|target|y|digit)$/i.test(text))
    : -1;
  const base = { file, separator: separator.charCodeAt(0), hasHeader, columns };
  const whole = squareOf(columns);
  const behind = squareOf(columns - 1);
  // pandas writes a row's number before it, unless it is told not to.
  const counted = squareOf(columns - 2);
  const wanted = choices.classes;
  const isLast =
    wanted === "last" || (wanted !== "first" && (named >= 0 ? named > 0 : isLabelLast(sample)));
  if (wanted === "none" && whole) return { ...base, label: -1, first: 0, ...whole };
  if (behind) {
    if (wanted === "none") return { ...base, label: -1, first: isLast ? 0 : 1, ...behind };
    return { ...base, label: isLast ? columns - 1 : 0, first: isLast ? 0 : 1, ...behind };
  }
  if (whole) return { ...base, label: -1, first: 0, ...whole };
  if (counted && named > 0)
    return { ...base, label: named, first: named === 1 ? 2 : 1, ...counted };
  throw new DataFileError(
    `${file.path} has ${columns} columns: a table of images has a square number of pixels (784 for 28 × 28, or three times as many in colour) and at most a label beside them.`,
  );
}

const count = (line: string, separator: string): number => line.split(separator).length;
const plain = (text: string): string => text.trim().replace(/^"(.*)"$/, "$1");

/**
 * Labels are texts, or whole numbers that follow one another, none of which nearly all rows have; a pixel
 * in a corner is often black in all images, and has numbers that are far apart where it is not.
 */
function isLabelLast(rows: readonly (readonly string[])[]): boolean {
  const likeness = (column: number) => {
    const counts = new Map<string, number>();
    for (const row of rows) {
      const text = row.at(column) ?? "";
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    const values = [...counts.keys()].map(Number);
    if (values.some(Number.isNaN)) return 3;
    if (values.some((value) => !Number.isInteger(value)) || counts.size > 100) return 0;
    if (Math.max(...counts.values()) > MOSTLY * rows.length) return 0;
    return Math.max(...values) - Math.min(...values) === counts.size - 1 ? 2 : 1;
  };
  return likeness(-1) > likeness(0);
}

const MOSTLY = 0.9;

function labelGuess({ label }: Table, choices: Choices): Guess {
  const options = [
    { value: "first", label: "the first column" },
    { value: "last", label: "the last column" },
    { value: "none", label: "no column" },
  ] as const;
  return guess(
    "classes",
    "Labels",
    options,
    label < 0 ? "none" : label === 0 ? "first" : "last",
    choices,
  );
}

interface Rows {
  /** Pixels of some rows. */
  readonly values: Float64Array;
  readonly labels: string[];
}

async function* rowsOf(table: Table): AsyncGenerator<Rows> {
  const { file, columns, label, side, channels } = table;
  const size = side * side * channels;
  const pieces = file.stream()[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let row = 0;
  let values = new Float64Array(BATCH_ROWS * size);
  let labels: string[] = [];
  const decoder = new TextDecoder();
  const parse = (line: Uint8Array) => {
    row += 1;
    if (line.length === 0 || (row === 1 && table.hasHeader)) return;
    const problem = readRow(line, table, values, labels.length * size);
    if (problem !== null)
      throw new DataFileError(`${file.path}, row ${row.toLocaleString("en")}, ${problem}`);
    labels.push(label < 0 ? NO_CLASS : labelIn(line, table, decoder));
  };
  try {
    for (;;) {
      const { done, value } = await pieces.next();
      let bytes: Uint8Array = value ?? new Uint8Array(0);
      if (rest.length > 0) {
        const both = new Uint8Array(rest.length + bytes.length);
        both.set(rest);
        both.set(bytes, rest.length);
        bytes = both;
      }
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        parse(bytes.subarray(from, bytes[end - 1] === RETURN && end > from ? end - 1 : end));
        from = end + 1;
        if (labels.length === BATCH_ROWS) {
          yield { values, labels };
          values = new Float64Array(BATCH_ROWS * size);
          labels = [];
        }
      }
      rest = bytes.slice(from);
      if (rest.length > LONGEST_ROW + columns)
        throw new DataFileError(
          `${file.path}, row ${row + 1} is too long for an image: the file is damaged, or no table.`,
        );
      if (done) break;
    }
    if (rest.length > 0) parse(rest);
    if (labels.length > 0) yield { values: values.subarray(0, labels.length * size), labels };
  } finally {
    await pieces.return?.();
  }
}

/** Writes a row's pixels; null, or what is wrong with the row, with what would do. */
function readRow(line: Uint8Array, table: Table, values: Float64Array, at: number): string | null {
  const { separator, columns, label, first } = table;
  const pixels = table.side * table.side * table.channels;
  let column = 0;
  let from = line[0] === 0xef ? 3 : 0;
  for (;;) {
    let end = line.indexOf(separator, from);
    if (end < 0) end = line.length;
    if (column >= first && column < first + pixels && column !== label) {
      const value = numberIn(line, from, end);
      if (Number.isNaN(value)) {
        const text = new TextDecoder().decode(line.subarray(from, Math.min(end, from + 20)));
        return `has "${text}" for a pixel: put a number there, or leave the row out.`;
      }
      values[at + column - first] = value;
    }
    column += 1;
    if (end === line.length) break;
    from = end + 1;
  }
  if (column === columns) return null;
  return `has ${column} columns, and the others ${columns}: it is cut off or damaged.`;
}

/** A number between two places; NaN for what is none. */
function numberIn(line: Uint8Array, from: number, to: number): number {
  let value = 0;
  let digits = 0;
  let scale = 0;
  let isNegative = false;
  for (let i = from; i < to; i++) {
    const byte = line[i]!;
    if (byte >= 48 && byte <= 57) {
      value = value * 10 + byte - 48;
      digits += 1;
      scale *= 10;
    } else if (byte === POINT && scale === 0) scale = 1;
    else if (byte === MINUS && digits === 0 && !isNegative) isNegative = true;
    else if (byte !== SPACE && byte !== QUOTE) {
      // 1e-3 and what is none.
      const text = new TextDecoder().decode(line.subarray(from, to)).trim();
      return text === "" ? Number.NaN : Number(text);
    }
  }
  if (digits === 0) return Number.NaN;
  // More digits than a double holds exactly are read by the platform.
  if (digits > 15)
    return Number(new TextDecoder().decode(line.subarray(from, to)).replaceAll('"', ""));
  const size = scale > 1 ? value / scale : value;
  return isNegative ? -size : size;
}

/** "3" of 3 and of 3.0. */
function labelIn(
  line: Uint8Array,
  { separator, label, columns }: Table,
  decoder: TextDecoder,
): string {
  let from = 0;
  let to = line.length;
  if (label === columns - 1) from = line.lastIndexOf(separator) + 1;
  else {
    for (let column = 0; column < label; column++) from = line.indexOf(separator, from) + 1;
    to = line.indexOf(separator, from);
  }
  const text = plain(decoder.decode(line.subarray(from, to)));
  return /^\d+\.0+$/.test(text) ? text.slice(0, text.indexOf(".")) : text;
}
