import { openLesson } from "./address";
import classes from "./LessonList.module.css";
import type { Lesson } from "./parse";

/** All lessons with what each is about; a link, so that it can be copied. */
export function LessonList({ lessons }: { lessons: readonly Lesson[] }) {
  return (
    <ol className={classes.list}>
      {lessons.map(({ id, title, summary, minutes }) => (
        <li key={id}>
          <a
            href={`?lesson=${id}`}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              openLesson(id);
            }}
          >
            {title}
          </a>
          <p>{summary}</p>
          <small>{minutes} minutes, and the time to train</small>
        </li>
      ))}
    </ol>
  );
}
