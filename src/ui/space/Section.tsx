import { type ReactNode, useId } from "react";
import classes from "./Section.module.css";

interface Props {
  readonly title: string;
  /** What is to be seen here, and what it teaches. */
  readonly words: ReactNode;
  readonly testId: string;
  readonly children: ReactNode;
}

/** A part of the view under a heading of its own. */
export function Section({ title, words, testId, children }: Props) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id} data-testid={testId}>
      <header>
        <h3 id={id}>{title}</h3>
        <p>{words}</p>
      </header>
      {children}
    </section>
  );
}

/** Stands where a section is about to be. */
export function Waiting({ children }: { children: ReactNode }) {
  return <p className={classes.waiting}>{children}</p>;
}
