import { type ReactNode, useId, useRef } from "react";
import { SaveFigure } from "../../figure/SaveFigure";
import { Word } from "../../kit/Word";
import classes from "./Section.module.css";
import { useNetTitle } from "./space";

interface Props {
  readonly title: string;
  /** What the glossary calls what it is about. */
  readonly word: string;
  /** What is to be seen here, and what it teaches. */
  readonly words: ReactNode;
  readonly testId: string;
  readonly children: ReactNode;
}

/** A part of the view under a heading of its own. */
export function Section({ title, word, words, testId, children }: Props) {
  const id = useId();
  return (
    <section className={classes.section} aria-labelledby={id} data-testid={testId}>
      <header>
        <h3 id={id}>
          <Word of={word}>{title}</Word>
        </h3>
        <p>{words}</p>
      </header>
      {children}
    </section>
  );
}

interface PartProps {
  readonly title: string;
  /** In a saved figure's name. */
  readonly name: string;
  /** Under a saved figure, after the net; how it was made. */
  readonly caption?: string;
  readonly children: ReactNode;
}

/** A picture or chart of a section under a heading of its own, which can be saved for print. */
export function Part({ title, name, caption, children }: PartProps) {
  const part = useRef<HTMLDivElement>(null);
  const net = useNetTitle();
  return (
    <div ref={part} className={classes.part} data-testid={`part-${name}`}>
      <header>
        <h4>{title}</h4>
        <SaveFigure
          of={part}
          name={name}
          caption={() => (caption === undefined ? net : `${net} · ${caption}`)}
        />
      </header>
      {children}
    </div>
  );
}
