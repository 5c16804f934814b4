import type { RunConfig } from "../../core/config";
import classes from "./ExportMenu.module.css";
import { ExportTargets } from "./ExportTargets";

interface Props {
  readonly config: RunConfig;
  /** The net's weights, flat; a copy that may change hands. */
  readonly weights: () => Promise<Float32Array>;
}

/** The way to a net's files, folded away until it is asked for. */
export default function ExportMenu(props: Props) {
  return (
    <details className={classes.menu} data-testid="export">
      <summary>Export this net</summary>
      <ExportTargets {...props} />
    </details>
  );
}
