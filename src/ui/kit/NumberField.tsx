import { type NumberRule, readNumber, ruleText } from "../../checks/number-text";
import { TypedField } from "./TypedField";

interface Props {
  /** Only numbers by this rule are ever committed. */
  readonly rule: NumberRule;
  readonly label: string;
  /** What the glossary calls it; left out where it has no word for it. */
  readonly word?: string | undefined;
  readonly value: number;
  readonly onCommit: (value: number) => void;
  /** The label is for screen readers alone. */
  readonly hideLabel?: boolean;
}

/**
 * A number to type, or to change by an arrow key.
 *
 * A text field by its type: a number field drops a decimal comma before any script sees it.
 */
export function NumberField({ rule, value, ...others }: Props) {
  return (
    <TypedField
      {...others}
      type={{
        read: (text) => readNumber(text, rule),
        write: String,
        allowed: ruleText(rule),
      }}
      value={value}
      inputMode={rule.whole ? "numeric" : "decimal"}
      spin={{
        min: rule.min,
        max: rule.max,
        now: value,
        next: (from, direction) => stepFrom(from, direction, rule),
      }}
    />
  );
}

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
