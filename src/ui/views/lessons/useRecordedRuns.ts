/** Keeps the figures of a lesson's runs when they end, and has measured what they ask for. */

import { useEffect, useState } from "react";
import type { StoreApi } from "zustand/vanilla";
import { keptWeights } from "../../../state/kept-weights";
import { stopOf } from "../../../state/stopped";
import { useApp, useAppState, useInference } from "../../kit/hooks";
import { figuresOf } from "./figures";
import { measure, type Pictures } from "./measure";
import type { Lesson, RunPart } from "./parse";
import { type AllProgress, sameRun, setFigures } from "./progress";

export interface RecordedRuns {
  /** By run; they last as long as the page does. */
  readonly pictures: Readonly<Record<string, Pictures>>;
  /** By run: why it could not be measured. */
  readonly failures: Readonly<Record<string, string>>;
}

/** Any run that comes to its end with a lesson's settings counts, whoever started it. */
export function useRecordedRuns(lesson: Lesson, store: StoreApi<AllProgress>): RecordedRuns {
  const app = useApp();
  const inference = useInference();
  const id = useAppState(({ run }) => run?.id ?? "");
  // A run that was stopped on its way shows nothing of what its settings come to.
  const result = useAppState(({ run }) => (run && !stopOf(run) ? run.result : null));
  const [found, setFound] = useState<RecordedRuns>({ pictures: {}, failures: {} });

  useEffect(() => {
    if (!result) return;
    const { config } = result;
    const part = lesson.steps
      .flatMap((step) => step.parts)
      .find((each): each is RunPart => each.kind === "run" && sameRun(each.config, config));
    if (!part) return;
    setFigures(store, lesson.id, part.name, figuresOf(result), true);
    if (part.measure === null) return;
    const what = part.measure;
    const leave = new AbortController();
    const measured = keptWeights(app, { id, config }).then((weights) =>
      measure(what, config, weights, inference, leave.signal),
    );
    measured.then(
      ({ figures, pictures }) => {
        setFigures(store, lesson.id, part.name, figures, false);
        if (pictures) {
          setFound((old) => ({ ...old, pictures: { ...old.pictures, [part.name]: pictures } }));
        }
      },
      (error: unknown) => {
        if (leave.signal.aborted) return;
        const why = error instanceof Error ? error.message : String(error);
        setFound((old) => ({ ...old, failures: { ...old.failures, [part.name]: why } }));
      },
    );
    return () => leave.abort();
  }, [id, result, lesson, store, app, inference]);

  return found;
}
