/** The words that the page uses, each explained in a sentence or two: src/lessons/glossary.md. */

import { LessonError } from "./parse";
import { type Block, parseBlocks } from "./text";

export interface Term {
  /** "Batch, batch size": by which it is found. */
  readonly name: string;
  readonly blocks: readonly Block[];
}

/**
 * Each `## heading` is a term, what follows its explanation.
 *
 * @throws LessonError for a term without one, and for two of a name
 */
export function parseGlossary(file: string): readonly Term[] {
  const [, ...sections] = file.split(/^## /m);
  const terms = sections.map((section): Term => {
    const [name = "", ...lines] = section.split("\n");
    const blocks = parseBlocks(lines.join("\n"));
    if (blocks.length === 0) throw new LessonError(`glossary.md does not explain "${name}".`);
    return { name, blocks };
  });
  const names = terms.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new LessonError(`glossary.md explains "${twice}" twice.`);
  return terms.sort((a, b) => a.name.localeCompare(b.name, "en"));
}

/** The term that goes by a name, whatever its capitals: "batch size" of "Batch, batch size". */
export function termOf(name: string, glossary: readonly Term[] | string = GLOSSARY): Term | null {
  if (typeof glossary === "string") return null;
  const sought = name.toLowerCase();
  const goesByIt = (term: Term) => term.name.toLowerCase().split(", ").includes(sought);
  return glossary.find(goesByIt) ?? null;
}

const FILES = import.meta.glob<string>("../../../lessons/glossary.md", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** The page's own; a sentence in place of it where somebody has broken the file. */
export const GLOSSARY: readonly Term[] | string = readGlossary();

function readGlossary(): readonly Term[] | string {
  try {
    return parseGlossary(Object.values(FILES).join("\n"));
  } catch (error) {
    return `The glossary could not be read. ${error instanceof Error ? error.message : error}`;
  }
}
