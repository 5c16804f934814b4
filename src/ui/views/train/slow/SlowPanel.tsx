import { UnstyledButton } from "@mantine/core";
import { useEffect, useState, useSyncExternalStore } from "react";
import { isActive } from "../../../../state/state";
import { whole } from "../../../kit/format";
import { useApp, useAppState, useItem } from "../../../kit/hooks";
import { BackIcon, ForwardIcon, PauseIcon, PlayIcon } from "../../../kit/icons";
import { ToolPanel } from "../ToolPanel";
import panel from "../ToolPanel.module.css";
import { Batch } from "./Batch";
import { LayerFlow } from "./LayerFlow";
import classes from "./Slow.module.css";
import { STAGES, type Stage } from "./stages";
import { Verdict } from "./Verdict";
import { WeightStep } from "./WeightStep";

/** Milliseconds that a stage stands while it plays. */
const STAY = 3500;

/** One step of training, stage by stage, by the engine's own numbers of a copy of the net. */
export default function SlowPanel({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const { slowSteps } = app;
  const item = useItem();
  const runId = useAppState(({ run }) => run?.id);
  const canStep = useAppState(({ run }) => !isActive(run) || run.phase !== "evaluating");
  const newest = useSyncExternalStore(slowSteps.subscribe, slowSteps.get);
  const taken = newest?.runId === runId ? newest : null;
  const [stage, setStage] = useState<Stage>(0);
  const [isPlaying, play] = useState(false);

  useEffect(() => {
    app.slowly(true);
    return () => app.slowly(false);
  }, [app]);
  // A step that has just been taken begins at its first stage, and plays.
  const step = taken?.step ?? null;
  const [shown, setShown] = useState<number | null>(step);
  if (step !== shown) {
    setShown(step);
    setStage(0);
    play(true);
  }
  const isLast = stage === STAGES.length - 1;
  useEffect(() => {
    if (!isPlaying) return;
    if (isLast) return play(false);
    const timer = setInterval(() => setStage((now) => next(now, 1)), STAY);
    return () => clearInterval(timer);
  }, [isPlaying, isLast]);

  const go = (by: 1 | -1) => {
    play(false);
    setStage((now) => next(now, by));
  };
  const slow = taken?.slow ?? null;
  return (
    <ToolPanel
      title="One training step, slowly"
      testId="slow-step"
      closeLabel="Close the slow step"
      onClose={onClose}
      tools={
        <>
          <UnstyledButton
            className={panel.icon}
            aria-label="The stage before"
            disabled={!slow || stage === 0}
            onClick={() => go(-1)}
          >
            <BackIcon size={14} />
          </UnstyledButton>
          <UnstyledButton
            className={panel.icon}
            aria-label={isPlaying ? "Pause the stages" : "Play the stages"}
            disabled={!slow}
            onClick={() => {
              if (!isPlaying && isLast) setStage(0);
              play(!isPlaying);
            }}
          >
            {isPlaying ? <PauseIcon size={14} /> : <PlayIcon size={14} />}
          </UnstyledButton>
          <UnstyledButton
            className={panel.icon}
            aria-label="The next stage"
            disabled={!slow || isLast}
            onClick={() => go(1)}
          >
            <ForwardIcon size={14} />
          </UnstyledButton>
          <UnstyledButton className={panel.action} disabled={!canStep} onClick={() => app.step()}>
            {slow ? "Take another step" : "Take a step"}
          </UnstyledButton>
          {taken && <output className={panel.moment}>step {whole(taken.step)}</output>}
        </>
      }
    >
      {taken && !slow && (
        <p role="status">This net’s step cannot be taken apart here. It was taken all the same.</p>
      )}
      {!taken && (
        <p>
          A step changes all weights a little. Here you see one from its batch of {item.many} to the
          error after it: take it, and the run is paused behind it.
        </p>
      )}
      {slow && (
        <>
          <ol className={classes.stages}>
            {STAGES.map(({ title }, at) => (
              <li key={title} data-done={at < stage || undefined}>
                <UnstyledButton
                  aria-current={at === stage ? "step" : undefined}
                  onClick={() => {
                    play(false);
                    setStage(at as Stage);
                  }}
                >
                  {title}
                </UnstyledButton>
              </li>
            ))}
          </ol>
          <p className={classes.words} aria-live="polite">
            {STAGES[stage]!.words(slow, item)}
          </p>
          <div className={classes.body}>
            <div className={classes.side}>
              <Batch images={slow.images} count={slow.count} one={item.one} />
              {stage >= 2 && <Verdict slow={slow} isAfter={isLast} />}
            </div>
            <LayerFlow layers={slow.layers} stage={stage} />
            {stage >= 4 && slow.weight && (
              <WeightStep weight={slow.weight} step={taken!.step} rate={slow.learningRate} />
            )}
          </div>
        </>
      )}
    </ToolPanel>
  );
}

const next = (stage: Stage, by: 1 | -1): Stage =>
  Math.min(STAGES.length - 1, Math.max(0, stage + by)) as Stage;
