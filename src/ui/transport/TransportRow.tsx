import { AddToQueue } from "./AddToQueue";
import { Controls } from "./Controls";
import { CopyLink } from "./CopyLink";
import { Counters } from "./Counters";
import { NewChanges } from "./NewChanges";
import { Queue } from "./Queue";
import { RunProgress } from "./RunProgress";
import { RunState } from "./RunState";
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
