import { UnstyledButton } from "@mantine/core";
import { isActive } from "../../../state/state";
import { useApp, useAppState } from "../../kit/hooks";
import { PauseIcon, PlayIcon, ResetIcon, StepIcon, StopIcon } from "../../kit/icons";
import classes from "./Controls.module.css";
import { Tool } from "./Tool";

/** Reset, then Train, Pause or Resume as one large button, then Step and Stop. */
export function Controls() {
  const app = useApp();
  const phase = useAppState((state) => state.run?.phase ?? null);
  const asked = useAppState((state) => state.run?.asked ?? null);
  const active = useAppState((state) => isActive(state.run));
  const loading = useAppState((state) => state.loading !== null && state.data === null);

  const paused = phase === "paused" || phase === "interrupted";
  const running = active && !paused;
  const primary = running
    ? { name: "Pause", icon: <PauseIcon size={28} />, act: app.pause }
    : paused
      ? { name: "Resume", icon: <PlayIcon size={28} />, act: app.resume }
      : { name: "Train", icon: <PlayIcon size={28} />, act: app.train };
  const idle = asked !== null || phase === "preparing" || phase === "evaluating";
  const busy = active ? idle : loading;

  return (
    <fieldset className={classes.controls} aria-label="Training">
      <Tool name="Reset" icon={<ResetIcon />} act={app.reset} disabled={phase === null} />
      <UnstyledButton
        className={classes.primary}
        onClick={busy ? undefined : primary.act}
        // Not `disabled`: that would take the keyboard's focus off it while a run is prepared.
        aria-disabled={busy}
        data-running={running || undefined}
      >
        <span className={classes.disc}>{primary.icon}</span>
        <span className={classes.name}>{primary.name}</span>
      </UnstyledButton>
      <Tool
        name="Step"
        icon={<StepIcon />}
        act={app.step}
        disabled={active ? !paused || idle : loading}
      />
      <Tool
        name="Stop"
        icon={<StopIcon />}
        act={app.stop}
        disabled={!active || asked === "stop" || phase === "preparing" || phase === "evaluating"}
      />
    </fieldset>
  );
}
