import { type KeyboardEvent, useId, useState } from "react";
import type { Guess } from "../../../datasets/proposal";
import controls from "../../kit/Controls.module.css";
import fields from "../../kit/Guesses.module.css";

interface Props {
  readonly guess: Guess;
  /** What is chosen now, which may not be read yet. */
  readonly value: string;
  readonly onChoose: (value: string) => void;
}

/** No value of a guess is this. */
const OTHER = "\0other";

/** One of the guesses: named values to choose from, and a field for others where there may be others. */
export function GuessField({ guess, value, onChoose }: Props) {
  const { label, options, isFree } = guess;
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const isNamed = options.some((option) => option.value === value);
  const isTyping = draft !== null;
  const commit = () => {
    const typed = draft?.trim() ?? "";
    setDraft(null);
    if (typed !== "" && typed !== value) onChoose(typed);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      // Not the whole form: it would be kept as it is.
      event.preventDefault();
      commit();
    } else if (event.key === "Escape") {
      event.preventDefault();
      setDraft(null);
    }
  };
  return (
    <div className={fields.guess}>
      <label htmlFor={id}>{label}</label>
      {isTyping ? (
        <input
          id={id}
          className={controls.select}
          // It has taken the place of the list that had the focus.
          ref={(element) => element?.focus()}
          autoComplete="off"
          value={draft}
          placeholder={value}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onBlur={commit}
          onKeyDown={onKeyDown}
        />
      ) : (
        <select
          id={id}
          className={controls.select}
          value={value}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            if (chosen === OTHER) setDraft("");
            else onChoose(chosen);
          }}
        >
          {!isNamed && <option value={value}>{value}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
          {isFree && <option value={OTHER}>another …</option>}
        </select>
      )}
    </div>
  );
}
