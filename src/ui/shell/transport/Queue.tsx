import { UnstyledButton } from "@mantine/core";
import { useClickOutside, useHotkeys } from "@mantine/hooks";
import { useState } from "react";
import type { RunConfig } from "../../../config/config";
import type { FailedRun, QueuedRun } from "../../../state/queue";
import { specOfConfig } from "../../../state/state";
import actions from "../../kit/Actions.module.css";
import { useApp, useAppState } from "../../kit/hooks";
import { CloseIcon, DownIcon, ResetIcon, UpIcon } from "../../kit/icons";
import { runInWords } from "../../kit/recipe/changes";
import popup from "./Popup.module.css";
import classes from "./Queue.module.css";

/** Runs that wait, and those that failed, in a list that opens under the row. */
export default function Queue() {
  const app = useApp();
  const queue = useAppState((state) => state.queue);
  const [open, setOpen] = useState(false);
  const panel = useClickOutside(() => setOpen(false));
  useHotkeys([["Escape", () => setOpen(false)]]);
  const { waiting, failed, held } = queue;
  return (
    <div ref={panel} className={classes.queue} data-testid="queue">
      <UnstyledButton
        className={classes.summary}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {summaryWords(waiting.length, failed.length)}
      </UnstyledButton>
      {held && waiting.length > 0 && (
        <UnstyledButton
          className={`${actions.pill} ${classes.start}`}
          title="These runs wait since the page was left or reset"
          onClick={app.startQueue}
        >
          Start queue
        </UnstyledButton>
      )}
      {open && (
        <section className={`${popup.popup} ${classes.panel}`} aria-label="Queue">
          <header>
            <h2>{held ? "Waiting for Start queue" : "Trained one after another"}</h2>
            {waiting.length > 0 && (
              <UnstyledButton className={classes.clear} onClick={app.clearQueue}>
                Clear
              </UnstyledButton>
            )}
          </header>
          <ol>
            {waiting.map((run, place) => (
              <Waiting key={run.id} run={run} place={place} last={waiting.length - 1} />
            ))}
          </ol>
          {failed.length > 0 && (
            <ul className={classes.failed}>
              {failed.map((run) => (
                <Failed key={run.id} run={run} />
              ))}
            </ul>
          )}
        </section>
      )}
    </div>
  );
}

/** "3 in the queue", "3 in the queue, 1 failed" */
function summaryWords(waiting: number, failed: number): string {
  const parts = [waiting > 0 && `${waiting} in the queue`, failed > 0 && `${failed} failed`];
  return parts.filter(Boolean).join(", ");
}

interface WaitingProps {
  readonly run: QueuedRun;
  /** From 0. */
  readonly place: number;
  readonly last: number;
}

function Waiting({ run: { id, config, tag }, place, last }: WaitingProps) {
  const app = useApp();
  const words = useRunWords(config);
  return (
    <li>
      <p>
        {words}
        {tag && <small>{tag}</small>}
      </p>
      <Act
        label={`Earlier: ${words}`}
        act={() => app.moveQueued(id, place - 1)}
        disabled={place === 0}
      >
        <UpIcon size={15} />
      </Act>
      <Act
        label={`Later: ${words}`}
        act={() => app.moveQueued(id, place + 1)}
        disabled={place === last}
      >
        <DownIcon size={15} />
      </Act>
      <Act label={`Remove: ${words}`} act={() => app.unqueue(id)}>
        <CloseIcon size={15} />
      </Act>
    </li>
  );
}

function Failed({ run: { id, config, message } }: { readonly run: FailedRun }) {
  const app = useApp();
  const words = useRunWords(config);
  return (
    <li>
      <p>
        <strong>Failed: {words}.</strong> {message}
      </p>
      <Act label={`Try again: ${words}`} act={() => app.retry(id)}>
        <ResetIcon size={15} />
      </Act>
      <Act label="Dismiss note" act={() => app.dismissFailedRun(id)}>
        <CloseIcon size={15} />
      </Act>
    </li>
  );
}

/** A run by its net and changes, with the names of its own data set's classes. */
function useRunWords(config: RunConfig): string {
  return runInWords(
    config,
    useAppState((state) => specOfConfig(state, config)),
  );
}

interface ActProps {
  readonly label: string;
  readonly act: () => void;
  readonly disabled?: boolean;
  readonly children: React.ReactNode;
}

function Act({ label, act, disabled = false, children }: ActProps) {
  return (
    <UnstyledButton
      className={classes.act}
      aria-label={label}
      title={label}
      onClick={act}
      disabled={disabled}
    >
      {children}
    </UnstyledButton>
  );
}
