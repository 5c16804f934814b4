import { useState } from "react";
import { useApp } from "../../kit/hooks";
import classes from "./RunName.module.css";

/** The run's name, to be changed in place: Enter keeps the new one, Escape the old one. */
export function RunName({ id, name }: { id: string; name: string }) {
  const { runs } = useApp();
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft !== null && draft.trim() !== name) runs.rename(id, draft);
    setDraft(null);
  };
  return (
    <input
      className={classes.name}
      aria-label={`Name of ${name}`}
      value={draft ?? name}
      maxLength={60}
      spellCheck={false}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key !== "Escape") return;
        setDraft(null);
      }}
    />
  );
}
