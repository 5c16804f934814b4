/** WGSL from templates that read as the program that they make. */

const PART = "\0";

/** Text of any number of lines; what is false, null or empty leaves out the line that it stands in. */
type Part = string | number | false | null | readonly Part[];

/**
 * The template without its own indentation.
 *
 * A part with a line to itself may have many: they are indented as it is, and a list's follow each
 * other. Within a line, a part has one line.
 */
export function wgsl(template: TemplateStringsArray, ...parts: readonly Part[]): string {
  // A character that no program has stands for each part until the lines are known.
  const [first = "", ...rest] = template.raw.join(PART).split("\n");
  const margin = Math.min(...rest.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  const lines = [first, ...rest.map((line) => line.slice(margin))];
  let next = 0;
  const made = lines.flatMap((line) => {
    const [before = "", ...behind] = line.split(PART);
    if (line.trim() === PART) return linesOf(parts[next++]!).map((own) => before + own);
    return [behind.reduce((text, after) => text + linesOf(parts[next++]!).join() + after, before)];
  });
  return made.join("\n").trim();
}

function linesOf(part: Part): string[] {
  if (part === false || part === null || part === "") return [];
  if (typeof part === "number") return [String(part)];
  return typeof part === "string" ? part.split("\n") : part.flatMap(linesOf);
}
