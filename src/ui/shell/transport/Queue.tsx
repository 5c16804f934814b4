import { UnstyledButton } from "@mantine/core";
import { useClickOutside, useHotkeys } from "@mantine/hooks";
import { useState } from "react";
import type { QueuedRun } from "../../../state/queue";
import { useApp, useAppState, useDataSpec } from "../../kit/hooks";
import { CloseIcon, DownIcon, ResetIcon, UpIcon } from "../../kit/icons";
import { runInWords } from "../../kit/recipe/changes";
import popup from "./Popup.module.css";
import classes from "./Queue.module.css";

/** Runs that wait, in a list that opens under the row; nothing where none does. */
export function Queue() {
  const app = useApp();
  const queue = useAppState((state) => state.queue);
  const { classNames } = useDataSpec();
  const [open, setOpen] = useState(false);
  const panel = useClickOutside(() => setOpen(false));
  useHotkeys([["Escape", () => setOpen(false)]]);
  const { waiting, failed, held } = queue;
  if (waiting.length + failed.length === 0) return null;
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
          className={classes.start}
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
              {failed.map(({ id, config, message }) => (
                <li key={id}>
                  <p>
                    <strong>Failed: {runInWords(config, classNames)}.</strong> {message}
                  </p>
                  <Act
                    label={`Try again: ${runInWords(config, classNames)}`}
                    act={() => app.retry(id)}
                  >
                    <ResetIcon size={15} />
                  </Act>
                  <Act label="Dismiss note" act={() => app.dismissFailedRun(id)}>
                    <CloseIcon size={15} />
                  </Act>
                </li>
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
  const { classNames } = useDataSpec();
  const words = runInWords(config, classNames);
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
