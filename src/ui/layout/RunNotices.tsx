import { UnstyledButton } from "@mantine/core";
import { leftBehind } from "../../state/runs";
import { isActive } from "../../state/state";
import { useApp, useAppState, useRuns } from "../common/hooks";
import { PlayIcon } from "../common/icons";
import { Notice } from "./Notice";
import classes from "./RunNotices.module.css";

/** What the page has to say about kept runs: one to go on with, and what could not be stored. */
export function RunNotices() {
  return (
    <>
      <ResumeNotice />
      <StorageNotice />
    </>
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
      <UnstyledButton className={classes.primary} onClick={() => app.resumeRun(id)}>
        <PlayIcon size={16} />
        Resume run
      </UnstyledButton>
      <UnstyledButton className={classes.other} onClick={() => app.runs.leave(id)}>
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
