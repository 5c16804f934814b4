/** The lesson that the address names, `?lesson=relu`, and how to open another without a reload. */

import { useSyncExternalStore } from "react";

const KEY = "lesson";
/** The name that stands for the list of all lessons. */
export const ALL_LESSONS = "all";
/** The name that stands for the words that the page uses. */
export const WORDS = "words";
export const FIRST_LESSON = "autoencoder";
/** The name that stands for all guesses beside what came out. */
export const GUESSES = "guesses";
const listeners = new Set<() => void>();

/** Null where no lesson is open. */
export function useLessonId(): string | null {
  return useSyncExternalStore(subscribe, read);
}

function read(): string | null {
  return new URLSearchParams(window.location.search).get(KEY);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

/** Opens a lesson, or closes it with null; the rest of the address stays, and Back undoes it. */
export function openLesson(id: string | null): void {
  const url = new URL(window.location.href);
  if (id === null) url.searchParams.delete(KEY);
  else url.searchParams.set(KEY, id);
  window.history.pushState(window.history.state, "", url);
  for (const listener of [...listeners]) listener();
}
