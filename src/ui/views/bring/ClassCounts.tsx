import type { FoundClass } from "../../../datasets/proposal";
import { whole } from "../../kit/format";
import classes from "./Preview.module.css";

/** The classes with how many images each has; many of them scroll. */
export function ClassCounts({ classes: found }: { readonly classes: readonly FoundClass[] }) {
  const most = Math.max(1, ...found.map(({ count }) => count));
  const label = found.length === 1 ? "No classes" : `${found.length} classes`;
  return (
    <section className={classes.classes}>
      <h3>{label}</h3>
      {found.length === 1 ? (
        <p className={classes.note}>All images are of one kind, as they have no labels.</p>
      ) : (
        // A list that scrolls is reached by the keyboard, too.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        <ul tabIndex={0} aria-label="Classes, and how many images each has">
          {found.map(({ name, count }) => (
            <li key={name}>
              <span title={name}>{name}</span>
              <i style={{ transform: `scaleX(${count / most})` }} aria-hidden="true" />
              <b data-figures>{whole(count)}</b>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
