import { useAppState } from "../../kit/hooks";
import classes from "./RunProgress.module.css";

/** A thin line for the whole run, all epochs. */
export function RunProgress() {
  const share = useAppState(({ run }) => {
    const total = run?.started?.totalSteps ?? 0;
    return run && total > 0 ? Math.min(1, run.losses.count / total) : 0;
  });
  return (
    <div
      className={classes.line}
      role="progressbar"
      aria-label="Training progress"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share * 100)}
    >
      <div style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}
