/** Values and calls as Python writes them. */

/** A literal of numbers, texts, booleans, null, lists and objects. */
export function literal(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return numberLiteral(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}: ${literal(each)}`).join(", ")}}`;
}

function numberLiteral(value: number): string {
  if (Number.isNaN(value)) return 'float("nan")';
  if (!Number.isFinite(value)) return `float("${value > 0 ? "inf" : "-inf"}")`;
  return String(value);
}

/** (3, 3) and (7,). */
export function tuple(values: readonly number[]): string {
  return `(${values.map(numberLiteral).join(", ")}${values.length === 1 ? "," : ""})`;
}

/** Longest line of the code, as Python's formatters have it. */
const LINE = 88;

/** `indent` + head(arguments)tail, one argument a line where it does not fit into one. */
export function call(
  head: string,
  given: readonly string[],
  { tail = "", indent = "" }: { readonly tail?: string; readonly indent?: string } = {},
): string {
  const short = `${indent}${head}(${given.join(", ")})${tail}`;
  if (short.length <= LINE) return short;
  const lines = given.map((argument) => `${indent}    ${argument},\n`);
  return `${indent}${head}(\n${lines.join("")}${indent})${tail}`;
}

/** A dictionary over several lines, for people to read and change. */
export function dictionary(entries: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(entries).map(
    ([name, value]) => `    ${JSON.stringify(name)}: ${literal(value)},\n`,
  );
  return `{\n${lines.join("")}}`;
}

const RESERVED = new Set(
  "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield None True False keras layers tf np os time ActivityRegularization Clamp DepthToSpace NestedDropout TfjsUpSampling2D tfjs_hard_sigmoid".split(
    " ",
  ),
);

/** A variable for each name; names that Python or the code cannot have are changed. */
export function variables(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>(RESERVED);
  const found = new Map<string, string>();
  for (const name of names) {
    const plain = name.replaceAll(/\W/g, "_").replace(/^(?=\d)/, "_");
    let variable = plain;
    for (let copy = 2; taken.has(variable); copy++) variable = `${plain}_${copy}`;
    taken.add(variable);
    found.set(name, variable);
  }
  return found;
}
