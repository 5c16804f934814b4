import { useAppState } from "../../kit/hooks";
import { ProgressBar } from "../../kit/ProgressBar";
import { lazyPart } from "../../kit/parts/lazyPart";
import { Part } from "../../kit/parts/Part";
import { AddToQueue } from "./AddToQueue";
import { Controls } from "./Controls";
import { CopyLink } from "./CopyLink";
import { Counters } from "./Counters";
import { NewChanges } from "./NewChanges";
import { RunState } from "./RunState";
import classes from "./TransportRow.module.css";

// Runs wait in few visits, and in none when the page opens for the first time.
const Queue = lazyPart("ui/shell/transport/Queue", () => import("./Queue"));

/** What starts, stops and tells of training, above every view and always in sight. */
export function TransportRow() {
  return (
    <section className={classes.row} aria-label="Run">
      <div className={classes.parts}>
        <Part name="The controls">
          <Controls />
        </Part>
        <div className={classes.tools}>
          <Part name="The link to this page">
            <AddToQueue />
            <CopyLink />
          </Part>
        </div>
        <Part name="The figures of the run">
          <Counters />
        </Part>
        <div className={classes.news}>
          <Part name="The queue">
            <NewChanges />
            <Waiting />
          </Part>
        </div>
        <Part name="The state of the run">
          <RunState />
        </Part>
      </div>
      <Part name="The bar of progress">
        <RunProgress />
      </Part>
    </section>
  );
}

/** The list of runs that wait; nothing where none does. */
function Waiting() {
  const isOne = useAppState(({ queue }) => queue.waiting.length + queue.failed.length > 0);
  return (
    isOne && (
      <Part name="The list of waiting runs">
        <Queue />
      </Part>
    )
  );
}

/** A thin line for the whole run, all epochs. */
function RunProgress() {
  const share = useAppState(({ run }) => {
    const total = run?.started?.totalSteps ?? 0;
    return run && total > 0 ? Math.min(1, run.losses.count / total) : 0;
  });
  return <ProgressBar className={classes.progress} label="Training progress" share={share} />;
}
