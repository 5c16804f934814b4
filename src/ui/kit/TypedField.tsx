import { type HTMLAttributes, type KeyboardEvent, useEffect, useId, useState } from "react";
import type { ValueType } from "../../config/value-types";
import { shortened } from "../../state/quoted";
import classes from "./TypedField.module.css";
import { LabelWord } from "./Word";

interface Props<T> {
  /** Only values by this type are ever committed. */
  readonly type: Pick<ValueType<T>, "read" | "write" | "allowed">;
  readonly label: string;
  /** What the glossary calls it; left out where it has no word for it. */
  readonly word?: string | undefined;
  readonly value: T;
  readonly onCommit: (value: T) => void;
  /** The label is for screen readers alone. */
  readonly hideLabel?: boolean;
  readonly inputMode?: HTMLAttributes<HTMLInputElement>["inputMode"];
  /** What arrow keys change; left out, they move the caret alone. */
  readonly spin?: {
    readonly min: number;
    readonly max: number;
    readonly now: number;
    next(value: T, direction: 1 | -1): T;
  };
}

/**
 * A value to type, committed by Enter, by an arrow key and by leaving the field; Escape forgets
 * what was typed. What is refused gives back the value before, with a word on what is allowed.
 */
export function TypedField<T>({
  type,
  label,
  word,
  value,
  onCommit,
  hideLabel = false,
  inputMode = "text",
  spin,
}: Props<T>) {
  const [draft, setDraft] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const id = useId();
  useEffect(() => forgetLater(refused, () => setRefused(null)), [refused]);
  const text = type.write(value);

  /** Takes the draft, if there is one, and gives the value that holds now. */
  const commit = (): T => {
    setDraft(null);
    if (draft === null) return value;
    const read = type.read(draft);
    if (read === undefined) setRefused(draft);
    else if (type.write(read) !== text) onCommit(read);
    return read === undefined ? value : read;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const direction = DIRECTIONS[event.key];
    if (direction !== undefined && spin) {
      event.preventDefault();
      const from = commit();
      const to = spin.next(from, direction);
      if (to !== from) onCommit(to);
    } else if (event.key === "Enter") {
      commit();
      event.currentTarget.select();
    } else if (event.key === "Escape") {
      setDraft(null);
      setRefused(null);
    }
  };

  const spinning = spin && {
    role: "spinbutton",
    "aria-valuemin": spin.min,
    "aria-valuemax": spin.max,
    "aria-valuenow": spin.now,
    "aria-valuetext": draft ?? text,
  };
  return (
    <div className={classes.field}>
      {!hideLabel && (
        <label htmlFor={id} className={classes.label}>
          {word ? <LabelWord of={word}>{label}</LabelWord> : label}
        </label>
      )}
      <input
        {...spinning}
        id={id}
        className={classes.input}
        inputMode={inputMode}
        enterKeyHint="done"
        autoComplete="off"
        aria-label={hideLabel ? label : undefined}
        value={draft ?? text}
        aria-describedby={refused === null ? undefined : `${id}-refused`}
        onChange={(event) => {
          setDraft(event.currentTarget.value);
          setRefused(null);
        }}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
      {refused !== null && (
        <p id={`${id}-refused`} className={classes.refused} role="alert" ref={moveIntoView}>
          {refused.trim() === "" ? "Nothing" : `“${shortened(refused)}”`} is not {type.allowed}.{" "}
          {text} stays.
        </p>
      )}
    </div>
  );
}

const DIRECTIONS: Readonly<Record<string, 1 | -1>> = { ArrowUp: 1, ArrowDown: -1 };

/** Pixels between the note and the window's edge. */
const MARGIN = 8;

function moveIntoView(note: HTMLElement | null): void {
  if (!note) return;
  const beyond = note.getBoundingClientRect().right + MARGIN - document.documentElement.clientWidth;
  if (beyond > 0) note.style.translate = `${-beyond}px`;
  // Not under a press that leaves the field: what is pressed would move.
  const isWithin = note.parentElement?.contains(document.activeElement);
  if (isWithin) note.scrollIntoView({ block: "nearest" });
}

/**
 * Calls back once the reader turns to something else: a press or another focus after this one's.
 * The note lies over its neighbours, so that it moves none, and must not stay in their way.
 */
function forgetLater(refused: string | null, forget: () => void) {
  if (refused === null) return undefined;
  const leave = new AbortController();
  const { signal } = leave;
  // The focus that follows the blur which brought the note is no other.
  const timer = setTimeout(() => {
    for (const type of ["pointerdown", "focusin"]) {
      document.addEventListener(type, forget, { signal, capture: true });
    }
  });
  return () => {
    clearTimeout(timer);
    leave.abort();
  };
}
