import { SHIPPED } from "../../state/current-net";
import { isActive } from "../../state/state";
import { useApp, useAppState, useRuns } from "../kit/hooks";
import classes from "./NoNet.module.css";
import type { LookedNet } from "./useLookedNet";

/** In the place of a view whose net has no weights: why, and what there is to look at meanwhile. */
export function NoNet({ looked: { id } }: { looked: LookedNet }) {
  const app = useApp();
  const isTraining = useAppState(({ run }) => isActive(run) && run.id === id);
  const name = useRuns(({ records }) => records?.find((record) => record.id === id)?.name);
  if (id === null) {
    return (
      <p className={classes.words} role="status">
        Looking for kept runs…
      </p>
    );
  }
  const run = name === undefined ? "This run" : <strong>{name}</strong>;
  return (
    <div className={classes.words} data-testid="no-net">
      <p role="status">
        {isTraining ? (
          <>
            {run} has only just begun to train. It appears here by itself, as soon as its first
            weights are stored.
          </>
        ) : (
          <>No weights of {name === undefined ? "this run" : run} are stored.</>
        )}
      </p>
      <button type="button" onClick={() => app.lookAt(SHIPPED)}>
        Look at the net that comes with the page
      </button>
    </div>
  );
}
