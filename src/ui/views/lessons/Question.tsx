import { UnstyledButton } from "@mantine/core";
import { useEffect, useId, useRef, useState } from "react";
import { answerText } from "./judge";
import type { Question as LessonQuestion, Slider } from "./parse";
import classes from "./Question.module.css";

interface Props {
  readonly question: LessonQuestion;
  /** Undefined until the reader has settled on one. */
  readonly answer: number | undefined;
  readonly isSkipped: boolean;
  /** Whether the reader tried to go on without a guess. */
  readonly isMissed: boolean;
  readonly onAnswer: (answer: number) => void;
  readonly onSkip: () => void;
}

/** Asks for a prediction; once settled it stays, since what follows would give it away. */
export function Question(props: Props) {
  const { question, answer, isSkipped, isMissed, onAnswer, onSkip } = props;
  const [chosen, setChosen] = useState<number | null>(
    question.kind === "slider" ? middleOf(question) : null,
  );
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (isMissed) form.current?.querySelector("input")?.focus();
  }, [isMissed]);
  if (answer !== undefined || isSkipped) {
    return (
      <div className={classes.question} data-settled>
        <p className={classes.ask}>{question.ask}</p>
        <p className={classes.answer}>
          {answer === undefined ? (
            "You made no guess."
          ) : (
            <>
              You said: <b>{answerText(question, answer)}</b>
            </>
          )}
        </p>
      </div>
    );
  }
  return (
    <form
      ref={form}
      className={classes.question}
      data-missed={isMissed || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== null) onAnswer(chosen);
      }}
    >
      {question.kind === "slider" ? (
        <>
          <label className={classes.ask} htmlFor={id}>
            {question.ask}
          </label>
          <div className={classes.slider}>
            <input
              id={id}
              type="range"
              min={question.from}
              max={question.to}
              step={question.step}
              value={chosen ?? question.from}
              onChange={(event) => setChosen(Number(event.currentTarget.value))}
            />
            <output htmlFor={id} data-figures>
              {answerText(question, chosen ?? question.from)}
            </output>
          </div>
        </>
      ) : (
        <fieldset className={classes.options}>
          <legend className={classes.ask}>{question.ask}</legend>
          {question.options.map((option, place) => (
            <label key={option}>
              <input
                type="radio"
                name={id}
                checked={chosen === place}
                onChange={() => setChosen(place)}
              />
              {option}
            </label>
          ))}
        </fieldset>
      )}
      {isMissed && (
        <p className={classes.missed} role="alert">
          Guess first: being wrong is what one learns from. Or go on without a guess.
        </p>
      )}
      <div className={classes.ways}>
        <UnstyledButton type="submit" className={classes.settle} disabled={chosen === null}>
          That is my guess
        </UnstyledButton>
        <UnstyledButton className={classes.skip} onClick={onSkip}>
          No guess
        </UnstyledButton>
      </div>
    </form>
  );
}

/** Between the ends, so that the start gives no hint. */
function middleOf({ from, to, step }: Slider): number {
  return from + Math.round((to - from) / 2 / step) * step;
}
