/** Reads a lesson's file; src/lessons/README.md says how one is written. */

import { readNumber } from "../../../checks/number-text";
import type { RunConfig } from "../../../config/config";
import { readLink } from "../../../state/link";
import { figureNames, MEASURES, type Measure } from "./figures";
import { type Block, inlinesOf, parseBlocks } from "./text";

export interface Slider {
  readonly kind: "slider";
  readonly name: string;
  readonly ask: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

export interface Choice {
  readonly kind: "choice";
  readonly name: string;
  readonly ask: string;
  readonly options: readonly string[];
}

export interface RunPart {
  readonly kind: "run";
  readonly name: string;
  readonly label: string;
  readonly config: RunConfig;
  readonly measure: Measure | null;
}

export interface Answer {
  readonly kind: "answer";
  readonly blocks: readonly Block[];
  /** Names of the questions and runs that it speaks of. */
  readonly needs: readonly string[];
}

export interface Text {
  readonly kind: "text";
  readonly blocks: readonly Block[];
}

export type Question = Slider | Choice;
export type Part = Text | Question | RunPart | Answer;

export interface Step {
  readonly title: string;
  readonly parts: readonly Part[];
}

export interface Lesson {
  /** Its file's name, and what a link says: `?lesson=relu`. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  readonly steps: readonly Step[];
}

/** A lesson's file that is not as it must be; the message says where. */
export class LessonError extends Error {
  override readonly name = "LessonError";
}

/** @throws LessonError naming file, step and what is wrong */
export function parseLesson(id: string, file: string): Lesson {
  const [, head, body] = /^---\n(.*?)\n---\n(.*)$/su.exec(file.replaceAll("\r\n", "\n")) ?? [];
  if (head === undefined || body === undefined) {
    throw new LessonError(`${id}.md must begin with its settings between two lines of ---.`);
  }
  const settings = new Settings(`${id}.md`, head);
  const [before = "", ...sections] = body.split(/^## /m);
  if (before.trim() !== "") {
    throw new LessonError(`${id}.md has text before its first step: begin it with "## ".`);
  }
  const lesson: Lesson = {
    id,
    title: settings.text("title"),
    summary: settings.text("summary"),
    minutes: settings.number("minutes"),
    steps: sections.map((section) => parseStep(id, section)),
  };
  if (lesson.steps.length === 0) throw new LessonError(`${id}.md has no step ("## ").`);
  checkNames(lesson);
  return lesson;
}

function parseStep(id: string, section: string): Step {
  const [title = "", ...lines] = section.split("\n");
  const where = `${id}.md, "${title}"`;
  const pieces = lines.join("\n").split(/^```/m);
  if (pieces.length % 2 === 0) throw new LessonError(`${where}: a block of \`\`\` has no end.`);
  const parts = pieces.flatMap((piece, i): Part[] => {
    if (i % 2 === 1) return [parseFence(where, piece)];
    const blocks = readBlocks(where, piece);
    return blocks.length > 0 ? [{ kind: "text", blocks }] : [];
  });
  return { title, parts };
}

function readBlocks(where: string, text: string): Block[] {
  try {
    return parseBlocks(text);
  } catch (error) {
    throw new LessonError(`${where}: ${error instanceof Error ? error.message : error}.`);
  }
}

function parseFence(where: string, piece: string): Part {
  const end = piece.indexOf("\n");
  const kind = piece.slice(0, end).trim();
  const text = piece.slice(end + 1);
  if (kind === "answer") {
    const blocks = readBlocks(where, text);
    return { kind, blocks, needs: namesIn(blocks) };
  }
  const settings = new Settings(`${where}, ${kind}`, text);
  switch (kind) {
    case "slider": {
      const [from, to, step] = [
        settings.number("from"),
        settings.number("to"),
        settings.number("step"),
      ];
      if (!(from < to && step > 0)) settings.fail("from must be below to, and step over 0");
      return { kind, name: settings.name(), ask: settings.text("ask"), from, to, step };
    }
    case "choice": {
      const options = text.split("\n").flatMap((line) => /^- (.+)$/.exec(line)?.[1] ?? []);
      if (options.length < 2) settings.fail("it needs two or more lines that begin with -");
      return { kind, name: settings.name(), ask: settings.text("ask"), options };
    }
    case "run":
      return {
        kind,
        name: settings.name(),
        label: settings.text("label"),
        config: setupOf(settings),
        measure: measureOf(settings),
      };
    default:
      throw new LessonError(
        `${where}: there is no block "${kind}"; allowed: slider, choice, run, answer.`,
      );
  }
}

function setupOf(settings: Settings): RunConfig {
  const { config, problems } = readLink(settings.text("setup"));
  return problems.length === 0 ? config : settings.fail(problems.join(" "));
}

function measureOf(settings: Settings): Measure | null {
  const given = settings.optional("measure");
  if (given === null) return null;
  const names = Object.keys(MEASURES) as Measure[];
  return (
    names.find((name) => name === given) ?? settings.fail(`measure is one of ${names.join(", ")}`)
  );
}

/** Names of questions and runs in blocks. */
function namesIn(blocks: readonly Block[]): string[] {
  const values = inlinesOf(blocks).flatMap((part) => (part.kind === "value" ? [part.of] : []));
  const pictures = blocks.flatMap((block) => (block.kind === "pictures" ? [block.of] : []));
  return [...new Set([...values, ...pictures])];
}

/** Every name means one thing, and what is spoken of is there, with that figure. */
function checkNames(lesson: Lesson): void {
  const parts = lesson.steps.flatMap((step) => step.parts);
  const figures = new Map<string, readonly string[]>();
  for (const part of parts) {
    if (part.kind === "text" || part.kind === "answer") continue;
    if (figures.has(part.name)) {
      throw new LessonError(`${lesson.id}.md has the name ${part.name} twice.`);
    }
    figures.set(part.name, part.kind === "run" ? figureNames(part.measure) : []);
  }
  for (const part of parts) {
    if (part.kind !== "text" && part.kind !== "answer") continue;
    for (const value of inlinesOf(part.blocks)) {
      if (value.kind !== "value") continue;
      const written = value.figure === null ? value.of : `${value.of}.${value.figure}`;
      const known = figures.get(value.of);
      const fits = value.figure === null ? known?.length === 0 : known?.includes(value.figure);
      if (part.kind === "text" || !fits) {
        throw new LessonError(
          `${lesson.id}.md: {${written}} is no question or run's figure, or stands outside an answer.`,
        );
      }
    }
    for (const block of part.blocks) {
      const run = block.kind === "pictures" && parts.find((each) => isRun(each, block.of));
      if (run === undefined || (run && run.kind === "run" && run.measure !== "bags")) {
        throw new LessonError(`${lesson.id}.md: pictures need a run with measure: bags.`);
      }
    }
  }
}

const isRun = (part: Part, name: string): boolean => part.kind === "run" && part.name === name;

const ANY_NUMBER = { min: -Number.MAX_VALUE, max: Number.MAX_VALUE, whole: false };

/** Lines of "name: value". */
class Settings {
  readonly #where: string;
  readonly #values = new Map<string, string>();

  constructor(where: string, text: string) {
    this.#where = where;
    for (const line of text.split("\n")) {
      const [, name, value] = /^(\w+):\s*(.+)$/u.exec(line) ?? [];
      if (name !== undefined && value !== undefined) this.#values.set(name, value.trim());
    }
  }

  fail(why: string): never {
    throw new LessonError(`${this.#where}: ${why}.`);
  }

  optional(name: string): string | null {
    return this.#values.get(name) ?? null;
  }

  text(name: string): string {
    return this.optional(name) ?? this.fail(`"${name}: …" is missing`);
  }

  name(): string {
    const name = this.text("name");
    return /^[a-z]\w*$/.test(name) ? name : this.fail(`the name ${name} must be one small word`);
  }

  number(name: string): number {
    return readNumber(this.text(name), ANY_NUMBER) ?? this.fail(`${name} must be a number`);
  }
}
