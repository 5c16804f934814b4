import { UnstyledButton } from "@mantine/core";
import { leftBehind } from "../../state/runs";
import { isActive } from "../../state/state";
import actions from "../kit/Actions.module.css";
import { bytes } from "../kit/format";
import { useApp, useAppState, useRuns } from "../kit/hooks";
import { PlayIcon } from "../kit/icons";
import { Notice } from "../kit/Notice";
import { NewVersion } from "./NewVersion";
import classes from "./RunNotices.module.css";

/**
 * What the page has to say about runs: one on its way, one to go on with, what could not be stored; and that
 * there is a newer page. None of it is there when the page opens, so it comes after it.
 */
export default function RunNotices() {
  return (
    <>
      <ArrivalNotice />
      <ResumeNotice />
      <StorageNotice />
      <NewVersion />
    </>
  );
}

/** A run that the page's address points to, on its way from some server. */
function ArrivalNotice() {
  const app = useApp();
  const arrival = useRuns((state) => state.arrival);
  if (!arrival) return null;
  const { host, loadedBytes, totalBytes } = arrival;
  const isReceived = loadedBytes > 0 && loadedBytes === totalBytes;
  const words = isReceived
    ? "Reading the run of this link"
    : `Getting the run of this link from ${host}`;
  return (
    <section className={classes.resume} aria-label="A run on its way" data-testid="arrival-notice">
      <p role="status">{words} …</p>
      <progress
        max={totalBytes ?? undefined}
        value={totalBytes ? loadedBytes : undefined}
        aria-label={words}
      />
      <span data-figures>
        {loadedBytes > 0 && bytes(loadedBytes)}
        {totalBytes !== null && ` of ${bytes(totalBytes)}`}
      </span>
      <UnstyledButton className={actions.other} onClick={app.cancelLink}>
        Cancel
      </UnstyledButton>
    </section>
  );
}

/** Offers a run that a closed tab, a reload or a crash left behind. */
function ResumeNotice() {
  const app = useApp();
  const record = useRuns(leftBehind);
  const busy = useAppState((state) => isActive(state.run));
  if (!record || busy) return null;
  const { id, name, config, progress } = record;
  const epoch = progress?.epoch ?? 0;
  const place =
    progress && progress.images > 0
      ? `in epoch ${epoch}`
      : epoch === 0
        ? "at its start"
        : `after epoch ${epoch}`;
  return (
    <section className={classes.resume} aria-label="A run to resume" data-testid="resume-notice">
      <p>
        <strong>{name}</strong> was left {place} of {config.epochs}. It can go on as if nothing had
        happened.
      </p>
      <UnstyledButton className={actions.primary} onClick={() => app.resumeRun(id)}>
        <PlayIcon size={16} />
        Resume run
      </UnstyledButton>
      <UnstyledButton className={actions.other} onClick={() => app.runs.leave(id)}>
        Not now
      </UnstyledButton>
    </section>
  );
}

function StorageNotice() {
  const { runs } = useApp();
  const trouble = useRuns((state) => state.trouble);
  if (!trouble) return null;
  return (
    <Notice code="storage" onDismiss={runs.dismissTrouble}>
      <strong>{trouble.message}</strong> {trouble.remedy}
    </Notice>
  );
}
