import { UnstyledButton } from "@mantine/core";
import { useId, useState } from "react";
import type { Question as LessonQuestion, Slider } from "./parse";
import { answerText } from "./progress";
import classes from "./Question.module.css";

interface Props {
  readonly question: LessonQuestion;
  /** Undefined until the reader has settled on one. */
  readonly answer: number | undefined;
  readonly onAnswer: (answer: number) => void;
}

/** Asks for a prediction; once settled it stays, since what follows would give it away. */
export function Question({ question, answer, onAnswer }: Props) {
  const [chosen, setChosen] = useState<number | null>(
    question.kind === "slider" ? middleOf(question) : null,
  );
  const id = useId();
  if (answer !== undefined) {
    return (
      <div className={classes.question} data-settled>
        <p className={classes.ask}>{question.ask}</p>
        <p className={classes.answer}>
          You said: <b>{answerText(question, answer)}</b>
        </p>
      </div>
    );
  }
  return (
    <form
      className={classes.question}
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
      <UnstyledButton type="submit" className={classes.settle} disabled={chosen === null}>
        That is my guess
      </UnstyledButton>
    </form>
  );
}

/** Between the ends, so that the start gives no hint. */
function middleOf({ from, to, step }: Slider): number {
  return from + Math.round((to - from) / 2 / step) * step;
}
