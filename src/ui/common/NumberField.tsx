import { TextInput } from "@mantine/core";
import { useId, useState } from "react";
import { LIMITS } from "../../core/config";
import { allowedText, checkNumber, type NumberSetting } from "../../state/settings";
import classes from "./NumberField.module.css";

interface Props {
  readonly name: NumberSetting;
  readonly label: string;
  readonly value: number;
  /** Only ever gets numbers within the limits. */
  readonly onCommit: (value: number) => void;
  /** The label is for screen readers alone. */
  readonly hideLabel?: boolean;
}

/** A number within the limits of core/config: anything else is refused, and the old value stays. */
export function NumberField({ name, label, value, onCommit, hideLabel = false }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  const id = useId();

  const type = (text: string) => {
    const checked = checkNumber(name, text);
    setRefused(!checked.ok);
    setDraft(text);
    if (checked.ok && checked.value !== value) onCommit(checked.value);
  };

  return (
    <div className={classes.field}>
      <TextInput
        id={id}
        type="number"
        inputMode={name === "learningRate" ? "decimal" : "numeric"}
        size="xs"
        classNames={{ input: classes.input, label: classes.label }}
        {...(hideLabel ? { "aria-label": label } : { label })}
        min={LIMITS[name].min}
        max={LIMITS[name].max}
        step={name === "learningRate" ? "any" : 1}
        value={draft ?? String(value)}
        aria-invalid={refused}
        aria-describedby={refused ? `${id}-allowed` : undefined}
        onChange={(event) => type(event.currentTarget.value)}
        onBlur={() => setDraft(null)}
        onFocus={() => setRefused(false)}
      />
      {refused && (
        <p id={`${id}-allowed`} className={classes.allowed} role="alert">
          Allowed: {allowedText(name)}. {value} stays.
        </p>
      )}
    </div>
  );
}
