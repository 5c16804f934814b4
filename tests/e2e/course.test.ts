/** The whole course with a real net: every lesson, every run to its end, each guess right once and wrong once. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../../scripts/lib/project.mjs";
import type { Judge, Lesson, Part, Question } from "../../src/ui/views/lessons/parse";
import { isQuestion, parseLesson, partsOf, questionOf } from "../../src/ui/views/lessons/parse";
import { closePages, launchBrowser, openPage, ready, type Served, serveApp } from "./app";

const FOLDER = join(ROOT, "src/lessons");
const LESSONS: readonly Lesson[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".md") && !["README.md", "glossary.md"].includes(file))
  .map((file) => parseLesson(file.slice(0, -3), readFileSync(join(FOLDER, file), "utf8")));

/** Milliseconds for the longest run, of 24 epochs, where other programs have the cores. */
const RUN = 240_000;
const KEY = "latent-loom.lessons";

type Progress = Record<
  string,
  { answers: Record<string, number>; runs: Record<string, Record<string, number>>; step: number }
>;

let browser: Browser;
let app: Served;
let page: Page;
let errors: string[];
beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp()]);
  ({ page, errors } = await openPage(browser, `${app.address}?lesson=all`));
  await ready(page);
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

const drawer = () => page.getByTestId("lesson");
const within = (name: string) => drawer().getByRole("button", { name, exact: true });
const stored = async (): Promise<Progress> =>
  JSON.parse((await page.evaluate((key) => localStorage.getItem(key), KEY)) ?? "{}");

/** From the list, without another load of the page. */
async function openLesson({ title }: Lesson) {
  await drawer().getByRole("link", { name: title, exact: true }).click();
  await drawer().getByRole("heading", { name: title, level: 2 }).waitFor();
}

async function answer(question: Question) {
  const form = drawer().locator("form").first();
  if (question.kind === "slider") await form.getByRole("slider").fill(String(question.from));
  else await form.getByRole("radio", { name: question.options[0]!, exact: true }).check();
  await form.getByRole("button", { name: "That is my guess" }).click();
}

/** What came out, by the figures that the reader's runs have come to. */
function measuredBy({ is }: Judge, runs: Progress[string]["runs"]): number {
  const of = (operand: Judge["is"]["left"]): number =>
    "number" in operand ? operand.number : (runs[operand.run]?.[operand.figure] ?? Number.NaN);
  if (!is.right) return of(is.left);
  return is.operator === "-" ? of(is.left) - of(is.right) : of(is.left) / of(is.right);
}

/** The guesses that are right: the places of options, or whether a number is near enough. */
function isRight(judge: Judge, value: number, guess: number): boolean {
  if (judge.by === "slider") return Math.abs(guess - value) <= judge.near + 1e-9;
  const { limits } = judge;
  const ascends = limits.length < 2 || limits[0]! < limits[1]!;
  const passed = limits.filter((limit) => (ascends ? value >= limit : value < limit)).length;
  return guess === passed;
}

/** All that can be guessed. */
function guessesOf(lesson: Lesson, { of }: Judge): number[] {
  const question = questionOf(lesson, of)!;
  if (question.kind === "choice") return question.options.map((_, place) => place);
  const { from, to, step } = question;
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
}

/**
 * A guess that is right where that before was wrong, and the other way round; the same where there is none:
 * what comes out of few images may lie beyond a slider's ends.
 */
function otherGuess(lesson: Lesson, judge: Judge, value: number, before: number): number {
  const wasRight = isRight(judge, value, before);
  const other = guessesOf(lesson, judge).find((guess) => isRight(judge, value, guess) !== wasRight);
  return other ?? before;
}

const seen = new Map<string, Set<string>>();

/** Goes through a lesson's parts in their order; whatever is not answered or trained yet is. */
async function goThrough(lesson: Lesson) {
  for (const [place, { title, parts }] of lesson.steps.entries()) {
    await drawer().getByRole("heading", { name: title, level: 3, exact: true }).waitFor();
    for (const part of parts) await meet(part);
    await expectJudged(lesson, parts);
    if (place < lesson.steps.length - 1) await within("Next").click();
  }
}

async function meet(part: Part) {
  if (isQuestion(part) && (await drawer().locator("form").count()) > 0) await answer(part);
  if (part.kind === "stage") {
    await within("Show it").click();
    if (part.view === null) return;
    await expect.poll(() => page.evaluate(() => window.location.hash)).toBe(`#${part.view}`);
    // What that view works out would take the processor from the runs that follow.
    await page.evaluate(() => {
      window.location.hash = "train";
    });
  }
  if (part.kind !== "run") return;
  const run = drawer().getByTestId(`run-${part.name}`);
  const done = run.getByText(/^Done: SSIM/);
  if ((await done.count()) > 0) return;
  await run.getByRole("button", { name: /^(Set up and train|Train)$/ }).click();
  await done.waitFor({ timeout: RUN });
}

async function expectJudged(lesson: Lesson, parts: readonly Part[]) {
  const progress = (await stored())[lesson.id];
  const shown = drawer().getByTestId("lesson-judgement");
  const judges = parts.filter((part) => part.kind === "judge");
  expect(await shown.count()).toBe(judges.length);
  for (const [place, judge] of judges.entries()) {
    const value = measuredBy(judge, progress!.runs);
    const guess = progress!.answers[judge.of]!;
    const outcome = await shown.nth(place).getAttribute("data-outcome");
    const where = `${lesson.id}, ${judge.of}: guessed ${guess}, came to ${value}`;
    const expected = isRight(judge, value, guess)
      ? "right"
      : judge.by === "choice"
        ? "wrong"
        : guess > value
          ? "over"
          : "under";
    expect(value, where).not.toBeNaN();
    expect(outcome, where).toBe(expected);
    const key = `${lesson.id} ${judge.of}`;
    seen.set(key, (seen.get(key) ?? new Set()).add(expected === "right" ? "right" : "wrong"));
  }
  // No figure is missing, and none is asked for in vain.
  const answers = await drawer().getByTestId("lesson-answer").allInnerTexts();
  for (const words of [...answers, ...(await shown.allInnerTexts())]) {
    expect(words).not.toMatch(/comes here|held against the result here|[{}]|NaN|undefined/);
  }
}

it("every lesson is gone through, and judges by what the reader's own runs came to", {
  timeout: 15 * RUN,
}, async () => {
  for (const lesson of LESSONS) {
    await openLesson(lesson);
    await goThrough(lesson);
    // Back to the list, step by step: each is still as it was left.
    for (const _ of lesson.steps) {
      await within("Back").or(within("All lessons")).click();
    }
    await drawer().getByRole("heading", { name: "Lessons", level: 2 }).waitFor();
  }
  expect(await drawer().locator("li[data-done]").count()).toBe(LESSONS.length);
  expect(errors).toEqual([]);
});

it("the other guess is judged the other way, after a reload that keeps the runs", {
  timeout: 2 * RUN,
}, async () => {
  const progress = await stored();
  for (const lesson of LESSONS) {
    const own = progress[lesson.id]!;
    for (const part of partsOf(lesson)) {
      if (part.kind !== "judge") continue;
      const value = measuredBy(part, own.runs);
      own.answers[part.of] = otherGuess(lesson, part, value, own.answers[part.of]!);
    }
    own.step = 0;
  }
  await page.evaluate(
    ([key, text]) => localStorage.setItem(key!, text!),
    [KEY, JSON.stringify(progress)],
  );
  await page.goto(`${app.address}?lesson=all`);
  for (const lesson of LESSONS) {
    await openLesson(lesson);
    await goThrough(lesson);
    for (const _ of lesson.steps) await within("Back").or(within("All lessons")).click();
  }
  const questions = LESSONS.flatMap((lesson) =>
    partsOf(lesson)
      .filter(isQuestion)
      .map(({ name }) => `${lesson.id} ${name}`),
  );
  expect(questions.length).toBeGreaterThan(15);
  const both = questions.filter((key) => seen.get(key)?.size === 2);
  console.info(`Guessed right and wrong: ${both.length} of ${questions.length} questions.`);
  expect(questions.filter((key) => !seen.has(key))).toEqual([]);
  expect(both.length).toBeGreaterThanOrEqual(questions.length - 3);
  expect(errors).toEqual([]);
});
