/** Reads a lesson's file; src/lessons/README.md says how one is written. */

import { readNumber } from "../../../checks/number-text";
import type { RunConfig } from "../../../config/config";
import { readLink } from "../../../state/link";
import { figureNames, MEASURES, type Measure } from "./figures";
import { type Block, type Inline, inlinesOf, parseBlocks, parseInline } from "./text";

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

/** Sets the page up for what is to be looked at, without a run. */
export interface Stage {
  readonly kind: "stage";
  readonly label: string;
  /** Null where the settings stay. */
  readonly config: RunConfig | null;
  /** As behind "#"; null where the view stays. */
  readonly view: string | null;
}

/** A figure of a run, or a number as the lesson's author wrote it. */
export type Operand =
  | { readonly run: string; readonly figure: string }
  | { readonly number: number; readonly text: string };

/** What a guess is held against: an operand, the difference of two or their ratio. */
export interface Quantity {
  readonly left: Operand;
  readonly operator: "-" | "/" | null;
  readonly right: Operand | null;
}

interface JudgeBase {
  readonly kind: "judge";
  /** Name of the question. */
  readonly of: string;
  readonly is: Quantity;
  /** Names of the question and the runs that it takes. */
  readonly needs: readonly string[];
}

/** Of a question with a slider. */
export interface SliderJudge extends JudgeBase {
  readonly by: "slider";
  /** Guesses up to this far away are right. */
  readonly near: number;
  /** What it tells to have guessed right, too much, or too little. */
  readonly tells: Readonly<Record<"right" | "over" | "under", readonly Inline[]>>;
}

/** Of a question with a list. */
export interface ChoiceJudge extends JudgeBase {
  readonly by: "choice";
  /**
   * Where one option ends and the next one begins, in the options' order, ascending or descending:
   * one fewer than there are options.
   */
  readonly limits: readonly number[];
  /** How the value is said, with `{value}` in it. */
  readonly says: readonly Inline[];
  /** For each option, what it tells to have chosen it. */
  readonly tells: readonly (readonly Inline[])[];
}

export type Judge = SliderJudge | ChoiceJudge;

export interface Text {
  readonly kind: "text";
  readonly blocks: readonly Block[];
}

export type Question = Slider | Choice;
export type Part = Text | Question | RunPart | Stage | Judge | Answer;

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
      const options = listed(text);
      if (options.length < 2) settings.fail("it needs two or more lines that begin with -");
      return { kind, name: settings.name(), ask: settings.text("ask"), options };
    }
    case "run":
      return {
        kind,
        name: settings.name(),
        label: settings.text("label"),
        config: setupOf(settings, settings.text("setup")),
        measure: measureOf(settings),
      };
    case "stage": {
      const [setup, view] = [settings.optional("setup"), settings.optional("view")];
      if (setup === null && view === null) settings.fail("it needs a setup, a view or both");
      const config = setup === null ? null : setupOf(settings, setup);
      return { kind, label: settings.text("label"), config, view };
    }
    case "judge":
      return judgeOf(settings, text);
    default:
      throw new LessonError(
        `${where}: there is no block "${kind}"; allowed: ` +
          "slider, choice, run, stage, judge, answer.",
      );
  }
}

/** A judge with `limits` is a list's, any other a slider's: {@link checkNames} sees that they fit. */
function judgeOf(settings: Settings, text: string): Judge {
  const is = quantityOf(settings, settings.text("is"));
  const of = settings.text("of");
  const runs = [is.left, is.right].flatMap((each) => (each && "run" in each ? [each.run] : []));
  const base = { kind: "judge", of, is, needs: [...new Set([of, ...runs])] } as const;
  if (settings.optional("limits") === null) {
    const tell = (name: string) => parseInline(settings.text(name));
    const tells = { right: tell("right"), over: tell("over"), under: tell("under") };
    return { ...base, by: "slider", near: settings.number("near"), tells };
  }
  const limits = settings.numbers("limits");
  const [first = 0, second = 1] = limits;
  const isInOrder = limits.every((limit, i) => {
    const before = limits[i - 1];
    return before === undefined || (first < second ? before < limit : before > limit);
  });
  if (!isInOrder) settings.fail("limits must all ascend or all descend");
  const says = parseInline(settings.text("says"));
  return { ...base, by: "choice", limits, says, tells: listed(text).map(parseInline) };
}

/** `a.ssim`, `a.ssim - b.ssim`, `a.missing / b.missing` or a number. */
function quantityOf(settings: Settings, text: string): Quantity {
  const [, left = "", operator, right] = /^(\S+)(?: ([-/]) (\S+))?$/.exec(text) ?? [];
  const operandOf = (word: string): Operand => {
    const [, run, figure] = /^([a-z]\w*)\.(\w+)$/.exec(word) ?? [];
    if (run !== undefined && figure !== undefined) return { run, figure };
    const number =
      readNumber(word, ANY_NUMBER) ??
      settings.fail(`"is: ${text}" must be a run's figure, a number, or two of them with - or /`);
    return { number, text: word };
  };
  return {
    left: operandOf(left),
    operator: operator === "-" || operator === "/" ? operator : null,
    right: right === undefined ? null : operandOf(right),
  };
}

/** The lines that begin with "-". */
const listed = (text: string): string[] =>
  text.split("\n").flatMap((line) => /^- (.+)$/.exec(line)?.[1] ?? []);

function setupOf(settings: Settings, setup: string): RunConfig {
  const { config, problems } = readLink(setup);
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
  const parts = partsOf(lesson);
  const figures = new Map<string, readonly string[]>();
  for (const part of parts) {
    if (!("name" in part)) continue;
    if (figures.has(part.name)) {
      throw new LessonError(`${lesson.id}.md has the name ${part.name} twice.`);
    }
    figures.set(part.name, part.kind === "run" ? figureNames(part.measure) : []);
  }
  for (const part of parts) {
    if (part.kind === "judge") checkJudge(lesson, part, figures);
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

/** That a question of that kind is there, with as many options, and the runs' figures. */
function checkJudge(
  lesson: Lesson,
  judge: Judge,
  figures: ReadonlyMap<string, readonly string[]>,
): void {
  const fail = (why: string): never => {
    throw new LessonError(`${lesson.id}.md, judge of ${judge.of}: ${why}.`);
  };
  const question = questionOf(lesson, judge.of) ?? fail(`there is no question ${judge.of}`);
  if (question.kind !== judge.by) {
    const wanted = question.kind === "slider" ? "near, right, over and under" : "limits and says";
    fail(`a ${question.kind} needs ${wanted}`);
  }
  if (question.kind === "choice" && judge.by === "choice") {
    const { length } = question.options;
    if (judge.limits.length !== length - 1) fail(`${length} options need ${length - 1} limits`);
    if (judge.tells.length !== length) fail(`${length} options need as many lines with -`);
  }
  for (const operand of [judge.is.left, judge.is.right]) {
    if (operand === null || !("run" in operand)) continue;
    if (!figures.get(operand.run)?.includes(operand.figure)) {
      fail(`${operand.run}.${operand.figure} is no run's figure`);
    }
  }
}

export const partsOf = (lesson: Lesson): readonly Part[] =>
  lesson.steps.flatMap((step) => step.parts);

export const isQuestion = (part: Part): part is Question =>
  part.kind === "slider" || part.kind === "choice";

/** Null where there is none of that name. */
export function questionOf(lesson: Lesson, name: string): Question | null {
  return (
    partsOf(lesson)
      .filter(isQuestion)
      .find((question) => question.name === name) ?? null
  );
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

  /** Between commas with a space after: a comma without one may be a decimal point. */
  numbers(name: string): number[] {
    return this.text(name)
      .split(", ")
      .map(
        (word) =>
          readNumber(word, ANY_NUMBER) ?? this.fail(`${name} must be numbers, as in 0.2, 0.5`),
      );
  }
}
