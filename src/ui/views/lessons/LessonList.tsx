import { GUESSES, WORDS } from "./address";
import { LessonLink } from "./LessonLink";
import classes from "./LessonList.module.css";
import type { Lesson } from "./parse";
import { type AllProgress, doneOf, NOTHING_DONE } from "./progress";

interface Props {
  readonly lessons: readonly Lesson[];
  readonly progress: AllProgress;
}

/** All lessons with what each is about and how far the reader is; links, so that they can be copied. */
export function LessonList({ lessons, progress }: Props) {
  const stateOf = (lesson: Lesson): string => {
    const { done, of } = doneOf(lesson, progress[lesson.id] ?? NOTHING_DONE);
    if (done === 0) return `${lesson.minutes} minutes, and the time to train`;
    return done === of ? "done" : `${done} of ${of} questions and runs done`;
  };
  const isBegun = lessons.some(({ id }) => progress[id] !== undefined);
  return (
    <>
      <ol className={classes.list} start={0}>
        {lessons.map((lesson) => (
          <li key={lesson.id} data-done={stateOf(lesson) === "done" || undefined}>
            <LessonLink id={lesson.id}>{lesson.title}</LessonLink>
            <p>{lesson.summary}</p>
            <small>{stateOf(lesson)}</small>
          </li>
        ))}
      </ol>
      <div className={classes.pages}>
        {isBegun && (
          <p>
            <LessonLink id={GUESSES}>Your guesses</LessonLink>, beside what came out
          </p>
        )}
        <p>
          <LessonLink id={WORDS}>Words</LessonLink>: what SSIM, PCA, epoch and the others mean
        </p>
      </div>
    </>
  );
}
