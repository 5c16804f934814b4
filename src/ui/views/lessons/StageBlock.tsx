import { UnstyledButton } from "@mantine/core";
import { useApp } from "../../kit/hooks";
import type { Stage } from "./parse";
import classes from "./RunBlock.module.css";

/** Sets the page up for what is to be looked at; a run under way goes on. */
export function StageBlock({ stage }: { stage: Stage }) {
  const app = useApp();
  const set = () => {
    const { device, threads } = app.store.getState().settings;
    if (stage.config) app.change({ ...stage.config, device, threads });
    if (stage.view !== null) window.location.hash = stage.view;
  };
  return (
    <div className={classes.run} data-testid="stage">
      <p className={classes.label}>{stage.label}</p>
      <UnstyledButton className={classes.act} data-primary onClick={set}>
        Show it
      </UnstyledButton>
    </div>
  );
}
