import { useApp } from "../common/hooks";
import { QueueIcon } from "../common/icons";
import { Controls } from "./Controls";
import { CopyLink } from "./CopyLink";
import { Counters } from "./Counters";
import { NewChanges } from "./NewChanges";
import { Queue } from "./Queue";
import { RunProgress } from "./RunProgress";
import { RunState } from "./RunState";
import { Tool } from "./Tool";
import classes from "./TransportRow.module.css";

/** What starts, stops and tells of training, above every view and always in sight. */
export function TransportRow() {
  return (
    <section className={classes.row} aria-label="Run">
      <div className={classes.parts}>
        <Controls />
        <div className={classes.tools}>
          <AddToQueue />
          <CopyLink />
        </div>
        <Counters />
        <div className={classes.news}>
          <NewChanges />
          <Queue />
        </div>
        <RunState />
      </div>
      <RunProgress />
    </section>
  );
}

/** The form's settings as they are now, trained when their turn comes: at once where nothing trains. */
function AddToQueue() {
  const app = useApp();
  return (
    <Tool
      name="Queue"
      label="Add to queue"
      icon={<QueueIcon />}
      act={() => app.enqueue([app.store.getState().settings])}
    />
  );
}
