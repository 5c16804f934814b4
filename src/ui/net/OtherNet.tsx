import { SHIPPED } from "../../state/current-net";
import { useApp, useAppState, useRuns } from "../kit/hooks";
import classes from "./OtherNet.module.css";
import { netInWords } from "./words";

/**
 * Training shows the run of its own; where the other views look at another net, that is said here,
 * with the way to have one and the same.
 */
export function OtherNet() {
  const app = useApp();
  const run = useAppState((state) => state.run);
  const id = useAppState(({ currentNet }) => currentNet);
  const record = useRuns(({ records }) => records?.find((each) => each.id === id));
  if (id === null || id === run?.id || (id !== SHIPPED && !record)) return null;
  if (run) {
    return (
      <p className={classes.words} data-testid="other-net">
        Images, Lab and Space look at{" "}
        {record ? <Named {...record} /> : "the net that comes with the page"}.{" "}
        <button type="button" onClick={() => app.lookAt(run.id)}>
          Look at this run
        </button>
      </p>
    );
  }
  if (!record) return null;
  return (
    <p className={classes.words} data-testid="other-net">
      Images, Lab and Space look at <Named {...record} />, a run that is kept.{" "}
      <button type="button" onClick={() => void app.openRun(record.id)}>
        Show it here too
      </button>
    </p>
  );
}

function Named({ name, config }: { name: string; config: Parameters<typeof netInWords>[0] }) {
  return (
    <>
      <strong>{name}</strong> ({netInWords(config)})
    </>
  );
}
