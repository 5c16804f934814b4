/** Tables as text: Markdown for people, CSV for programs. */

export interface Column<Row> {
  readonly title: string;
  /** Numbers are set to the right. */
  readonly right?: boolean;
  cell(row: Row): string;
}

/** A Markdown table with a line for each row. */
export function markdownTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(columns.map(({ title }) => title)),
    `|${columns.map(({ right }) => (right ? "---:" : "---")).join("|")}|`,
    ...rows.map((row) => line(columns.map((column) => column.cell(row)))),
  ].join("\n");
}

/** What a field of a CSV file may hold; null is left empty. */
export type Field = string | number | boolean | null;

/** Comma-separated values (RFC 4180, but lines end in LF), with a header; numbers in full. */
export function csv<Row>(
  fields: Readonly<Record<string, (row: Row) => Field>>,
  rows: readonly Row[],
): string {
  const lines = rows.map((row) => Object.values(fields).map((field) => field(row)));
  return [Object.keys(fields), ...lines]
    .map(
      (line) => `${line.map((field) => quoted(field === null ? "" : String(field))).join(",")}\n`,
    )
    .join("");
}

function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
