import type { PlanProgress } from "../../../state/plans";
import controls from "../Controls.module.css";
import { useApp } from "../hooks";
import { saveFile } from "../saveFile";
import classes from "./PlanControls.module.css";

/** A plan's results as a file. */
export interface PlanFile {
  /** On the button: "CSV". */
  readonly label: string;
  readonly name: string;
  write(): string;
}

interface Props {
  readonly progress: PlanProgress;
  readonly testId: string;
  readonly files: readonly PlanFile[];
  /** Whether there is something for the files. */
  readonly hasResults: boolean;
  readonly onResume: () => void;
  readonly onStop: () => void;
  readonly onRemove: () => void;
}

/** How far a plan of several runs is, and what can be done about it. */
export function PlanControls(props: Props) {
  const { progress, testId, files, hasResults, onResume, onStop, onRemove } = props;
  const app = useApp();
  const { done, total, running, isPaused, left } = progress;
  return (
    <div className={classes.controls} data-screen-only="">
      <p role="status" data-testid={testId}>
        <b data-figures>
          {done} of {total}
        </b>{" "}
        {wordsOf(progress)}
      </p>
      <span>
        {running && (
          <button
            type="button"
            className={controls.quiet}
            onClick={() => (isPaused ? app.resume() : app.pause())}
          >
            {isPaused ? "Resume" : "Pause"}
          </button>
        )}
        {left > 0 && (
          <button type="button" className={controls.quiet} onClick={onResume}>
            Go on with {left === 1 ? "1 net" : `${left} nets`}
          </button>
        )}
        {left === 0 && done < total && (
          <button type="button" className={controls.quiet} onClick={onStop}>
            Stop after this net
          </button>
        )}
      </span>
      <span>
        {files.map(({ label, name, write }) => (
          <button
            key={label}
            type="button"
            className={controls.quiet}
            disabled={!hasResults}
            onClick={() => saveFile(new Blob([write()]), name)}
          >
            {label}
          </button>
        ))}
        <button type="button" className={controls.quiet} onClick={onRemove}>
          Remove
        </button>
      </span>
    </div>
  );
}

function wordsOf({ done, total, running, isPaused, left }: PlanProgress): string {
  if (done === total) return "nets trained";
  if (running) return `nets trained; ${isPaused ? "paused at" : "training"} ${running}`;
  return left > 0
    ? "nets trained; the rest waits for you"
    : "nets trained; the rest waits its turn";
}
