import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { type NumberRule, readNumber, ruleText } from "../../config/number-text";
import { shortened } from "../../state/quoted";
import classes from "./NumberField.module.css";

interface Props {
  /** Only numbers by this rule are ever committed. */
  readonly rule: NumberRule;
  readonly label: string;
  readonly value: number;
  readonly onCommit: (value: number) => void;
  /** The label is for screen readers alone. */
  readonly hideLabel?: boolean;
}

/**
 * A number to type, committed by Enter, by an arrow key and by leaving the field; Escape forgets
 * what was typed. What is refused gives back the value before, with a word on what is allowed.
 *
 * A text field by its type: a number field drops a decimal comma before any script sees it.
 */
export function NumberField({ rule, label, value, onCommit, hideLabel = false }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const id = useId();
  useEffect(() => forgetLater(refused, () => setRefused(null)), [refused]);

  /** Takes the draft, if there is one, and gives the value that holds now. */
  const commit = (): number => {
    setDraft(null);
    if (draft === null) return value;
    const read = readNumber(draft, rule);
    if (read === undefined) setRefused(draft);
    else if (read !== value) onCommit(read);
    return read ?? value;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const direction = DIRECTIONS[event.key];
    if (direction !== undefined) {
      event.preventDefault();
      const from = commit();
      const to = stepFrom(from, direction, rule);
      if (to !== from) onCommit(to);
    } else if (event.key === "Enter") {
      commit();
      event.currentTarget.select();
    } else if (event.key === "Escape") {
      setDraft(null);
      setRefused(null);
    }
  };

  return (
    <div className={classes.field}>
      {!hideLabel && (
        <label htmlFor={id} className={classes.label}>
          {label}
        </label>
      )}
      <input
        id={id}
        className={classes.input}
        role="spinbutton"
        inputMode={rule.whole ? "numeric" : "decimal"}
        enterKeyHint="done"
        autoComplete="off"
        aria-label={hideLabel ? label : undefined}
        aria-valuemin={rule.min}
        aria-valuemax={rule.max}
        aria-valuenow={value}
        aria-valuetext={draft ?? String(value)}
        value={draft ?? String(value)}
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
          {refused.trim() === "" ? "Nothing" : `“${shortened(refused)}”`} is not {ruleText(rule)}.{" "}
          {value} stays.
        </p>
      )}
    </div>
  );
}

const DIRECTIONS: Readonly<Record<string, 1 | -1>> = { ArrowUp: 1, ArrowDown: -1 };

/** The next whole number; of others, which are over 0, the next of 0.001, 0.002, 0.005, 0.01 … */
function stepFrom(value: number, direction: 1 | -1, rule: NumberRule): number {
  const next = rule.whole ? value + direction : nextDecimal(value, direction);
  return Math.min(rule.max, Math.max(rule.min, next));
}

function nextDecimal(value: number, direction: 1 | -1): number {
  const power = Math.floor(Math.log10(value));
  const stops = [power - 1, power, power + 1].flatMap((exponent) =>
    // Of their digits: a product with a power of ten would be off by a bit.
    [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`)),
  );
  return direction > 0
    ? (stops.find((stop) => stop > value) ?? value)
    : (stops.findLast((stop) => stop < value) ?? value);
}

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
