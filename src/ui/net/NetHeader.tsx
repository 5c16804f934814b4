import type { ReactNode } from "react";
import { NetChooser } from "./NetChooser";
import classes from "./NetHeader.module.css";
import type { LookedNet } from "./useLookedNet";

interface Props {
  readonly title: string;
  readonly looked: LookedNet;
  /** The opened net's weights; null before it is open. */
  readonly parameters: number | null;
  /** Between the title and the choice. */
  readonly children?: ReactNode;
}

/** The head of a view that looks at the current net, which is chosen here: the same in all of them. */
export function NetHeader({ title, looked, parameters, children }: Props) {
  return (
    <header className={classes.header}>
      <h2>{title}</h2>
      {children}
      <NetChooser looked={looked} parameters={parameters} />
    </header>
  );
}
