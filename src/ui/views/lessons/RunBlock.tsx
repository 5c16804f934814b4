import { UnstyledButton } from "@mantine/core";
import { specFor } from "../../../datasets/catalogue";
import { isActive } from "../../../state/state";
import { stopOf } from "../../../state/stopped";
import { stopPlace } from "../../kit/format";
import { useApp, useAppState } from "../../kit/hooks";
import { type Figures, figureText } from "./figures";
import type { RunPart } from "./parse";
import { isComplete, sameRun } from "./progress";
import classes from "./RunBlock.module.css";

interface Props {
  readonly part: RunPart;
  /** The step whose question waits for an answer, and how to get there; null where none does. */
  readonly locked: { readonly title: string; readonly goThere: () => void } | null;
  /** Of the run, once it has come to its end. */
  readonly figures: Figures | undefined;
  /** Why what it measures could not be measured; null where nothing went wrong. */
  readonly failure: string | null;
}

/** Sets the page up for a run, starts it, and says how far it is. */
export function RunBlock({ part, locked, figures, failure }: Props) {
  const app = useApp();
  const isSetUp = useAppState(({ settings }) => sameRun(settings, part.config));
  const isOfOtherData = useAppState(({ settings }) => settings.data !== part.config.data);
  const isOwn = useAppState(({ run }) => run !== null && sameRun(run.config, part.config));
  const isTraining = useAppState(({ run }) => isActive(run)) && isOwn;
  const epoch = useAppState(({ run }) => run?.epoch ?? 0);
  const stopped = useAppState(({ run }) => {
    const stop = run && isOwn ? stopOf(run) : null;
    return stop && stopPlace(stop);
  });
  const isOther = useAppState(({ run }) => isActive(run)) && !isOwn;
  const isDone = isComplete(part, figures);
  // Its net is still looked at: another run would take it away. After a reload nobody looks any more.
  const isMeasured = isOwn && figures !== undefined && !isDone && failure === null;

  const act = () => {
    if (!isSetUp) app.change({ ...part.config, device: deviceOf(app), threads: threadsOf(app) });
    app.train();
  };
  const name = isDone ? "Train again" : isSetUp ? "Train" : "Set up and train";

  return (
    <div className={classes.run} data-testid={`run-${part.name}`}>
      <p className={classes.label}>{part.label}</p>
      <p className={classes.state} role="status">
        {stateText()}
      </p>
      {locked !== null ? (
        <UnstyledButton className={classes.act} onClick={locked.goThere}>
          Back to “{locked.title}”
        </UnstyledButton>
      ) : (
        !isTraining &&
        !isMeasured && (
          <UnstyledButton className={classes.act} data-primary={!isDone || undefined} onClick={act}>
            {name}
          </UnstyledButton>
        )
      )}
    </div>
  );

  function stateText(): string {
    if (locked !== null) {
      return `“${locked.title}” has a question that waits for your guess: with it you see how near you were.`;
    }
    if (isTraining) return `Training: epoch ${Math.max(1, epoch)} of ${part.config.epochs}.`;
    if (failure !== null) return failure;
    if (isDone) {
      const done = `Done: SSIM ${figureText("ssimWriteup", figures.ssimWriteup ?? 0)}`;
      return stopped === null ? `${done}.` : `${done}. The newest run was stopped ${stopped}.`;
    }
    if (isMeasured) return "Trained. Looking at what it does …";
    if (stopped !== null) {
      return `Stopped ${stopped}, which answers nothing yet: train it to the end.`;
    }
    if (isOther) return "It takes the place of the run under way, which is kept under Runs.";
    if (isSetUp) return "The page is set up for it.";
    return isOfOtherData
      ? `It is about ${specFor(part.config.data).title}: the page gets that in place of the form’s images, and its settings.`
      : "The page gets its settings.";
  }
}

/** Where it is computed is the reader's choice, not the lesson's. */
const deviceOf = ({ store }: ReturnType<typeof useApp>) => store.getState().settings.device;
const threadsOf = ({ store }: ReturnType<typeof useApp>) => store.getState().settings.threads;
