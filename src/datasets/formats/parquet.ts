/** Parquet with a picture and a label a row, as the Hugging Face hub keeps data sets of images. */

import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { ClassCounter, type Find, type Found, NO_CLASS, type RawImages } from "./found";
import { DataFileError, inMemory, type Sliceable, withSlices } from "./input";
import { decoded, rawOf, surveyOf } from "./pictures";
import { isOfTestPart, type KnownFile } from "./unpack";

/** A file within an archive is unpacked into memory. */
const MOST_BYTES = 600e6;

interface Table {
  readonly file: KnownFile;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  /** The column of pictures: their bytes, or a struct that has them. */
  readonly image: string;
  readonly label: string | null;
  /** Names of labels by number, where the hub's own words in the file tell. */
  readonly names: readonly string[];
  readonly rows: number;
}

export const findParquet: Find = async (files, _beside, choices, host) => {
  const parquet = files.filter(({ kind }) => kind === "parquet");
  if (parquet.length === 0) return null;
  const tables: Table[] = [];
  for (const file of parquet) tables.push(await tableOf(file));
  const hasTraining = tables.some(({ file }) => !isOfTestPart(file.path));
  const isTest = ({ file }: Table) => hasTraining && isOfTestPart(file.path);
  tables.sort((a, b) => Number(isTest(a)) - Number(isTest(b)));
  const isLabelled = choices.labels !== "none" && tables.every(({ label }) => label !== null);
  const counter = new ClassCounter();
  for (const table of tables) {
    if (!isLabelled) counter.add(NO_CLASS, isTest(table), table.rows);
    else
      for await (const rows of rowsOf(table, [table.label!], table.rows))
        for (const row of rows) counter.add(labelOf(row, table), isTest(table));
  }
  const ids = counter.ids();
  const { names } = tables[0]!;

  /** @param step of so many rows, one is looked at */
  async function* pictures(
    table: Table,
    most: number,
    step = 1,
    isTaken = (_label: number, _isTest: boolean) => true,
  ): AsyncGenerator<RawImages> {
    const columns = isLabelled ? [table.image, table.label!] : [table.image];
    let at = 0;
    for await (const rows of rowsOf(table, columns, most)) {
      for (const row of rows) {
        at += 1;
        if (at > most) return;
        if ((at - 1) % step !== 0) continue;
        const label = isLabelled ? ids.get(labelOf(row, table))! : 0;
        if (!isTaken(label, isTest(table))) continue;
        const bytes = bytesOf(row[table.image]);
        if (!bytes)
          throw new DataFileError(
            `${table.file.path} has no picture in row ${at.toLocaleString("en")}: leave the row out.`,
          );
        const picture = await decoded(
          inMemory(`${table.file.path}, row ${at.toLocaleString("en")},`, bytes),
          host,
        );
        yield { ...rawOf(picture), labels: Uint8Array.of(label), isTest: isTest(table) };
      }
    }
  }
  const { rows } = tables[0]!;
  const some = (count: number) => pictures(tables[0]!, rows, Math.max(1, Math.floor(rows / count)));
  const survey = await surveyOf(some(LOOKED_AT));
  const found: Found = {
    format: "parquet",
    files: tables.map(({ file }) => file.path),
    ...survey,
    classes: counter.classes((label) => names[Number(label)] ?? label),
    guesses: [],
    async *images() {
      for (const table of tables) yield* pictures(table, table.rows);
    },
    async *chosen(isTaken) {
      for (const table of tables) yield* pictures(table, table.rows, 1, isTaken);
    },
    some,
  };
  return found;
};

/** Pictures that tell the sizes and the colours of all. */
const LOOKED_AT = 48;

async function tableOf(file: KnownFile): Promise<Table> {
  const { parquetMetadataAsync } = await import("hyparquet");
  const buffer = bufferOf(await withSlices(file, MOST_BYTES));
  const metadata = await parquetMetadataAsync(buffer).catch(() => {
    throw new DataFileError(
      `${file.path} is cut off or damaged: it begins as Parquet does, and its end does not say what is in it; get it again.`,
    );
  });
  const columns = columnsOf(metadata);
  const image = columns.find(({ isImage }) => isImage);
  if (!image) {
    throw new DataFileError(
      `${file.path} has no column of pictures: there is ${columns.map(({ name }) => name).join(", ") || "none"}; a picture is bytes of PNG or JPEG.`,
    );
  }
  const named = columns.find(({ name }) =>
    /^(label|labels|class|target|y|fine_label|digit)$/i.test(name),
  );
  const numbered = columns.find(({ isWhole }) => isWhole);
  const label = named ?? numbered ?? null;
  return {
    file,
    buffer,
    metadata,
    image: image.name,
    label: label?.name ?? null,
    names: label ? namesOf(metadata, label.name) : [],
    rows: Number(metadata.num_rows),
  };
}

const bufferOf = ({ size, slice }: Sliceable): AsyncBuffer => ({
  byteLength: size,
  slice: async (start, end = size) => {
    const bytes = await slice(start < 0 ? size + start : start, end < 0 ? size + end : end);
    return bytes.slice().buffer;
  },
});

interface Column {
  readonly name: string;
  readonly isImage: boolean;
  readonly isWhole: boolean;
}

/** The columns on the top, in their order; a struct with `bytes` in it is a picture. */
function columnsOf({ schema }: FileMetaData): Column[] {
  const columns: Column[] = [];
  for (let at = 1; at < schema.length; ) {
    const { name, type, num_children = 0, converted_type } = schema[at]!;
    const inside = schema.slice(at + 1, at + 1 + num_children);
    const isBytes = type === "BYTE_ARRAY" && converted_type !== "UTF8";
    const isImage =
      isBytes || inside.some((child) => child.name === "bytes" && child.type === "BYTE_ARRAY");
    columns.push({ name, isImage, isWhole: type === "INT32" || type === "INT64" });
    at = afterElement(schema, at);
  }
  return columns;
}

function afterElement(schema: FileMetaData["schema"], at: number): number {
  let next = at + 1;
  for (let child = 0; child < (schema[at]!.num_children ?? 0); child++)
    next = afterElement(schema, next);
  return next;
}

/** The hub's `ClassLabel` of a column, in the file's own words about itself. */
function namesOf({ key_value_metadata: told = [] }: FileMetaData, column: string): string[] {
  const text = told.find(({ key }) => key === "huggingface")?.value;
  if (text === undefined) return [];
  try {
    const words: { info?: { features?: Record<string, { names?: unknown }> } } = JSON.parse(text);
    const names = words.info?.features?.[column]?.names;
    return Array.isArray(names) ? names.map(String) : [];
  } catch {
    return [];
  }
}

async function* rowsOf(
  { file, buffer, metadata }: Table,
  columns: string[],
  most: number,
): AsyncGenerator<Record<string, unknown>[]> {
  const { parquetReadObjects } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  let rowStart = 0;
  // Part of a group takes as long to read as all of it.
  for (const { num_rows } of metadata.row_groups) {
    if (rowStart >= most) return;
    const rowEnd = rowStart + Number(num_rows);
    try {
      const options = { file: buffer, metadata, columns, compressors, utf8: false };
      yield await parquetReadObjects({ ...options, rowStart, rowEnd });
    } catch (error) {
      if (error instanceof DataFileError) throw error;
      throw new DataFileError(
        `${file.path} is damaged: its rows from ${rowStart.toLocaleString("en")} on cannot be read; get it again.`,
      );
    }
    rowStart = rowEnd;
  }
}

function bytesOf(value: unknown): Uint8Array<ArrayBuffer> | null {
  const bytes = value instanceof Uint8Array ? value : Object(value).bytes;
  return bytes instanceof Uint8Array ? new Uint8Array(bytes) : null;
}

function labelOf(row: Record<string, unknown>, { file, label }: Table): string {
  const value = row[label!];
  if (typeof value === "string" || typeof value === "bigint" || typeof value === "number")
    return String(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  throw new DataFileError(
    `${file.path} has a row without a label: give it one, or choose "none" for labels.`,
  );
}
