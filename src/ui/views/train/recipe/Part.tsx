import type { ReactNode } from "react";
import { isChanged, type SettingPart } from "../../../../state/recipe";
import { useAppState } from "../../../kit/hooks";
import { PutBack } from "../../../kit/PutBack";
import classes from "./Part.module.css";

interface Props {
  readonly part: SettingPart;
  /** What the setting is called. */
  readonly label: string;
  /** The field, its label above it. */
  readonly children: ReactNode;
}

/** A field of the form; changed by hand, it is marked beside its label. */
export function Part({ part, label, children }: Props) {
  const changed = useAppState((state) => isChanged(state.settings, part));
  return (
    <div className={classes.part} data-changed={changed || undefined}>
      {children}
      <span className={classes.mark}>
        <PutBack part={part} label={label} />
      </span>
    </div>
  );
}
