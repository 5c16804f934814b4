import type { ReactNode } from "react";
import type { SettingPart } from "../../../../config/config";
import { isChanged } from "../../../../state/recipe";
import { useAppState } from "../../../kit/hooks";
import { PutBack } from "../../../kit/PutBack";
import classes from "./Part.module.css";

interface Props {
  readonly part: SettingPart;
  /** What it is called, where that is not its label in the table. */
  readonly label?: string;
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
        <PutBack part={part} {...(label && { label })} />
      </span>
    </div>
  );
}
