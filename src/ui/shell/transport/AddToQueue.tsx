import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useClickOutside } from "@mantine/hooks";
import { type FocusEvent, type KeyboardEvent, useRef, useState } from "react";
import type { RunConfig } from "../../../config/config";
import { isUnderWay, notUnderWay, withSeeds } from "../../../state/seeds";
import { useApp, useAppState } from "../../kit/hooks";
import { QueueIcon } from "../../kit/icons";
import classes from "./AddToQueue.module.css";
import popup from "./Popup.module.css";
import { Tool } from "./Tool";

/** Runs that are queued at once: three show how far chance goes, five give a mean. */
const COUNTS = [3, 5];

/**
 * The form's settings as they are now, trained when their turn comes: at once where nothing trains.
 * Beside the button for one run opens a choice of several, each with a seed of its own; so it does
 * where these very settings train or wait, since the same seed would only give the same run.
 */
export function AddToQueue() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const again = useAppState((state) => isUnderWay(state.settings, state));
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  const opener = useRef<HTMLButtonElement>(null);
  const control = useClickOutside<HTMLFieldSetElement>(() => setOpen(false));

  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const add = (runs: readonly RunConfig[]) => {
    const added = notUnderWay(runs, app.store.getState());
    // Even where all of them wait already: a held queue goes on.
    app.enqueue(added);
    setSaid(addedWords(added));
  };
  const addOne = () => {
    add([settings]);
    setOpen(again);
  };
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (relatedTarget && !currentTarget.contains(relatedTarget)) setOpen(false);
  };
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === "Escape" && open) close();
  };

  return (
    <fieldset
      ref={control}
      className={classes.split}
      aria-label="Queue"
      onBlur={onBlur}
      onKeyDown={onKeyDown}
    >
      <Tool name="Queue" label="Add to queue" icon={<QueueIcon />} act={addOne} />
      <UnstyledButton
        ref={opener}
        className={classes.more}
        aria-label="Add several seeds to queue"
        title="Add several seeds to queue"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <div className={`${popup.popup} ${classes.panel}`}>
          <p>
            {again && "Already in training or in the queue, and the same seed gives the same run. "}
            Queue these settings with
          </p>
          {COUNTS.map((count) => {
            const runs = withSeeds(settings, count);
            return (
              <UnstyledButton
                key={count}
                className={classes.choice}
                onClick={() => {
                  add(runs);
                  close();
                }}
              >
                {count} seeds{" "}
                <small data-figures>
                  {runs[0]?.seed} to {runs.at(-1)?.seed}
                </small>
              </UnstyledButton>
            );
          })}
        </div>
      )}
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </fieldset>
  );
}

/** "3 runs added to the queue: seeds 7, 8, 9." */
function addedWords(added: readonly RunConfig[]): string {
  const seeds = added.map(({ seed }) => seed).join(", ");
  if (added.length === 0) return "Already in training or in the queue.";
  if (added.length === 1) return `1 run added to the queue: seed ${seeds}.`;
  return `${added.length} runs added to the queue: seeds ${seeds}.`;
}
