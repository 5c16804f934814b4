import { UnstyledButton } from "@mantine/core";
import { isUnderWay } from "../../../state/seeds";
import { type AppState, isActive } from "../../../state/state";
import actions from "../../kit/Actions.module.css";
import { useApp, useAppState, useFormSpec } from "../../kit/hooks";
import { changesInWords } from "../../kit/recipe/changes";
import classes from "./NewChanges.module.css";

/** The form is no longer what trains, and its settings do not wait in the queue either. */
function hasNewChanges(state: AppState): boolean {
  return isActive(state.run) && state.edited && !isUnderWay(state.settings, state);
}

/** During a run the form may differ from what is being trained: how, and what can be done. */
export function NewChanges() {
  const app = useApp();
  const running = useAppState((state) => (hasNewChanges(state) ? state.run?.config : undefined));
  const settings = useAppState((state) => state.settings);
  const spec = useFormSpec();
  if (!running) return null;
  const changes = changesInWords(running, settings, spec).join(", ");
  return (
    <div className={classes.changed} role="status">
      <p title={changes}>
        <strong>New changes</strong> {changes}
      </p>
      <UnstyledButton
        className={`${actions.pill} ${classes.restart}`}
        title="Ends this run and trains with the new settings"
        onClick={app.train}
      >
        Restart
      </UnstyledButton>
    </div>
  );
}
