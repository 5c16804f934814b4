/** How far a reader is in each lesson: what they answered, and what their runs came to. */

import * as v from "valibot";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { RunConfig } from "../../../config/config";
import { sameConfig } from "../../../state/settings";
import { type Figures, figureNames } from "./figures";
import { type Verdict, verdictOf } from "./judge";
import {
  isQuestion,
  type Judge,
  type Lesson,
  type Part,
  partsOf,
  type Question,
  questionOf,
  type RunPart,
} from "./parse";

const PROGRESS = v.object({
  step: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** By question: the number, or the place among the options from 0. */
  answers: v.record(v.string(), v.number()),
  /** Names of questions that the reader left out on purpose. */
  skipped: v.optional(v.array(v.string()), []),
  /** By run. */
  runs: v.record(v.string(), v.record(v.string(), v.number())),
});
export type LessonProgress = v.InferOutput<typeof PROGRESS>;

export const NOTHING_DONE: LessonProgress = { step: 0, answers: {}, skipped: [], runs: {} };

/** By lesson. */
export type AllProgress = Readonly<Record<string, LessonProgress>>;

const KEY = "latent-loom.lessons";

/** What this needs of `localStorage`. */
export type Shelf = Pick<Storage, "getItem" | "setItem">;

/** Progress that a reload keeps; where the browser stores nothing, it lasts as long as the page. */
export function createProgress(shelf: Shelf | null): StoreApi<AllProgress> {
  const store = createStore<AllProgress>(() => read(shelf));
  store.subscribe((progress) => {
    try {
      shelf?.setItem(KEY, JSON.stringify(progress));
    } catch {
      // A full or forbidden store: the lesson goes on without it.
    }
  });
  return store;
}

function read(shelf: Shelf | null): AllProgress {
  try {
    const result = v.safeParse(
      v.record(v.string(), PROGRESS),
      JSON.parse(shelf?.getItem(KEY) ?? "{}"),
    );
    return result.success ? result.output : {};
  } catch {
    return {};
  }
}

export function update(
  store: StoreApi<AllProgress>,
  id: string,
  change: (progress: LessonProgress) => Partial<LessonProgress>,
): void {
  const progress = store.getState()[id] ?? NOTHING_DONE;
  store.setState({ [id]: { ...progress, ...change(progress) } });
}

export function setAnswer(
  store: StoreApi<AllProgress>,
  id: string,
  question: string,
  answer: number,
) {
  update(store, id, ({ answers }) => ({ answers: { ...answers, [question]: answer } }));
}

/** Leaves a question out: what waits for its answer waits no longer. */
export function skip(store: StoreApi<AllProgress>, id: string, question: string): void {
  update(store, id, ({ skipped }) => ({ skipped: [...skipped, question] }));
}

/** Adds figures to a run's; a run with `fresh` figures forgets those of an earlier one. */
export function setFigures(
  store: StoreApi<AllProgress>,
  id: string,
  run: string,
  figures: Figures,
  fresh: boolean,
): void {
  update(store, id, ({ runs }) => ({
    runs: { ...runs, [run]: { ...(fresh ? {} : runs[run]), ...figures } },
  }));
}

/** Whether a question is neither answered nor left out. */
export const isOpen = (question: Question, { answers, skipped }: LessonProgress): boolean =>
  answers[question.name] === undefined && !skipped.includes(question.name);

/** Questions of the lesson before a part that wait for an answer. */
export function openQuestions(
  lesson: Lesson,
  part: Part,
  progress: LessonProgress,
): readonly Question[] {
  const parts = partsOf(lesson);
  return parts
    .slice(0, parts.indexOf(part))
    .filter(isQuestion)
    .filter((question) => isOpen(question, progress));
}

/** Whether all questions and runs of those names are answered, and each figure there. */
export function areThere(
  lesson: Lesson,
  names: readonly string[],
  progress: LessonProgress,
): boolean {
  const parts = partsOf(lesson);
  return names.every((name) => {
    const part = parts.find((each) => "name" in each && each.name === name);
    if (part?.kind === "run") return isComplete(part, figuresToEnd(part, progress));
    return part !== undefined && isQuestion(part) && !isOpen(part, progress);
  });
}

/** How much of a lesson is done: its questions and its runs. */
export function doneOf(lesson: Lesson, progress: LessonProgress): { done: number; of: number } {
  const names = partsOf(lesson).flatMap((part) => ("name" in part ? [part.name] : []));
  const done = names.filter((name) => areThere(lesson, [name], progress)).length;
  return { done, of: names.length };
}

/** The reader's guess beside what came out; null until all that it takes is there. */
export function judged(lesson: Lesson, judge: Judge, progress: LessonProgress): Verdict | null {
  const question = questionOf(lesson, judge.of);
  if (!question || !areThere(lesson, judge.needs, progress)) return null;
  return verdictOf(judge, question, progress.answers[judge.of] ?? null, progress.runs);
}

/**
 * A run's figures, if it was trained to its end: earlier versions kept those of stopped runs too,
 * which fell short of their epochs without any patience that could have ended them.
 */
export function figuresToEnd(part: RunPart, { runs }: LessonProgress): Figures | undefined {
  const figures = runs[part.name];
  const { patience, epochs } = part.config;
  const fellShort = patience === null && (figures?.epochs ?? epochs) < epochs;
  return fellShort ? undefined : figures;
}

/** Whether a run has come to its end and all that it asks for has been measured. */
export function isComplete(part: RunPart, figures: Figures | undefined): figures is Figures {
  return figures !== undefined && figureNames(part.measure).every((name) => name in figures);
}

/** The same run wherever it is computed: device and threads change its speed alone. */
export function sameRun(a: RunConfig, b: RunConfig): boolean {
  return sameConfig({ ...a, device: b.device, threads: b.threads }, b);
}
