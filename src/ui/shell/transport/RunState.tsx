import { compilationWords } from "../../../config/devices";
import type { ShownPhase } from "../../../state/state";
import { isAsItCame, stopOf } from "../../../state/stopped";
import { useAppState } from "../../kit/hooks";
import classes from "./RunState.module.css";

const PHASES: Readonly<Record<ShownPhase, string>> = {
  preparing: "Preparing the net and the images…",
  training: "Training",
  paused: "Paused",
  evaluating: "Reconstructing every test image…",
  finished: "Finished",
  failed: "Failed",
  interrupted: "Interrupted",
};
const ASKED = { pause: "Pausing after this step…", resume: "Resuming…", stop: "Stopping…" };

/** What the run is doing, in words, and the device that does it. */
export function RunState() {
  const words = useAppState(({ run, compiling }) =>
    !run
      ? "Ready"
      : run.asked
        ? ASKED[run.asked]
        : compiling
          ? `${compilationWords(compiling)}…`
          : run.deviceLost
            ? "Going on on another device…"
            : run.phase === "finished" && isAsItCame(run)
              ? "Imported"
              : PHASES[run.phase],
  );
  const isStopped = useAppState(
    ({ run }) => run?.phase === "finished" && !isAsItCame(run) && stopOf(run) !== null,
  );
  const device = useAppState(({ run }) => run?.started?.deviceLabel ?? "");
  return (
    <p className={classes.state}>
      <span>
        <span>{words}</span>
        {isStopped && ", stopped"}
      </span>
      <span data-testid="device-in-use" title={device}>
        {device}
      </span>
    </p>
  );
}
