import { useState } from "react";
import classes from "./NameField.module.css";

interface Props {
  readonly name: string;
  /** How wide the field is, and how far its frame hangs out of what is around it. */
  readonly className: string | undefined;
  /** What was typed, without blanks around it; not where it is the name that it was. */
  readonly onRename: (name: string) => void;
}

/** A name, to be changed in place: Enter keeps the new one, Escape the old one. */
export function NameField({ name, className, onRename }: Props) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    const typed = draft?.trim();
    setDraft(null);
    if (typed !== undefined && typed !== name) onRename(typed);
  };
  return (
    <input
      className={`${classes.field} ${className}`}
      aria-label={`Name of ${name}`}
      value={draft ?? name}
      maxLength={60}
      spellCheck={false}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") setDraft(null);
      }}
    />
  );
}
