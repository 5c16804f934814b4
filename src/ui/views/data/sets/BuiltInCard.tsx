import type { DataSpec } from "../../../../datasets/dataset";
import { allClasses, firstClasses } from "../../../kit/dataSets";
import { inLetters, shapeWords } from "../../../kit/format";
import { useApp, useAppState } from "../../../kit/hooks";
import classes from "./DataSets.module.css";

/** A data set that comes with the page: some of its classes, or all of them, in one click. */
export function BuiltInCard({ spec }: { readonly spec: DataSpec }) {
  const app = useApp();
  const chosen = useAppState(({ settings }) =>
    settings.data === spec.id ? settings.classes.join() : null,
  );
  const { title, classNames } = spec;
  const first = firstClasses(spec);
  const ways = first.classes.length < classNames.length ? [first, allClasses(spec)] : [first];
  return (
    <article className={classes.card} aria-label={title} data-used={chosen !== null || undefined}>
      <h3>{title}</h3>
      <p className={classes.about}>
        It comes with the page: {classNames.length} classes of {shapeWords(spec)}, such as{" "}
        {classNames.slice(0, 3).join(", ")}.
      </p>
      <div className={classes.actions}>
        {ways.map((way) => {
          const count = way.classes.length;
          return (
            <button
              key={count}
              type="button"
              className={classes.use}
              aria-pressed={chosen === way.classes.join()}
              title={way.classes.map((id) => classNames[id]).join(", ")}
              onClick={() => app.change(way)}
            >
              {count === classNames.length ? "All " : "First "}
              {inLetters(count)} classes
            </button>
          );
        })}
      </div>
    </article>
  );
}
