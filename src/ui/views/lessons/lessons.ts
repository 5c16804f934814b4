/** All lessons, in the order in which they build on each other. */

import { type Lesson, LessonError, parseLesson } from "./parse";

const FILES = import.meta.glob<string>("../../../lessons/*.md", {
  query: "?raw",
  import: "default",
  eager: true,
});

const ORDER = [
  "autoencoder",
  "latent-size",
  "pca",
  "relu",
  "loss",
  "epoch",
  "stopping",
  "map",
  "bag",
];

/** Files beside the lessons. */
const NO_LESSONS = ["README", "glossary"];

const idOf = (path: string): string => path.replace(/^.*\//, "").replace(/\.md$/, "");
/** A teacher's own lessons come after ours. */
const placeOf = (id: string): number => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);

/** The lessons of those files, and what is wrong with the others: one sentence each. */
export function readLessons(files: Readonly<Record<string, string>>): {
  readonly lessons: readonly Lesson[];
  readonly broken: readonly string[];
} {
  const lessons: Lesson[] = [];
  const broken: string[] = [];
  for (const [path, file] of Object.entries(files)) {
    if (NO_LESSONS.includes(idOf(path))) continue;
    try {
      lessons.push(parseLesson(idOf(path), file));
    } catch (error) {
      if (!(error instanceof LessonError)) throw error;
      broken.push(error.message);
    }
  }
  return { lessons: lessons.sort((a, b) => placeOf(a.id) - placeOf(b.id)), broken };
}

export const { lessons: LESSONS, broken: BROKEN_LESSONS } = readLessons(FILES);

export function lessonOf(id: string): Lesson | null {
  return LESSONS.find((lesson) => lesson.id === id) ?? null;
}
