import type { ComponentProps } from "react";
import classes from "./ExportMenu.module.css";
import { ExportTargets } from "./ExportTargets";

type Props = Omit<ComponentProps<typeof ExportTargets>, "children">;

/** The way to a net's files, folded away until it is asked for. */
export default function ExportMenu(props: Props) {
  return (
    <details className={classes.menu} data-testid="export">
      <summary>Export this net</summary>
      <ExportTargets {...props} />
    </details>
  );
}
