import { useEffect, useSyncExternalStore } from "react";
import { type Activations, activationsOf } from "../../../../state/activations";
import { sameData } from "../../../../state/settings";
import { type AppState, drawnConfig, netKeyOf, picturedConfig } from "../../../../state/state";
import { useApp, useAppState } from "../../../kit/hooks";
import { useFrames } from "../reconstructions/useFrames";
import { LATENT, type NetDrawing } from "./stages";

/**
 * Has the net watched while it is drawn; what its layers make of the image at the moment shown.
 *
 * @param inside layer of the run's net whose numbers are asked for beside; null for none
 */
export function useActivations(
  net: NetDrawing | null,
  index: number,
  inside: string | null,
): Activations | null {
  const app = useApp();
  const { activations } = app;
  const layers = net
    ? [...net.encoder.stages, ...net.decoder.stages].map(({ output }) => output).join()
    : null;
  useEffect(() => {
    if (layers === null) return;
    const names = layers === "" ? [LATENT] : [...layers.split(","), LATENT];
    app.watch({ index, layers: names, ...(inside === null ? {} : { inside }) });
  }, [app, layers, index, inside]);
  useEffect(() => () => app.watch(null), [app]);

  const runId = useAppState(({ run }) => run?.id);
  const isDrawn = useAppState(isRunDrawn);
  const cursor = useAppState((state) => state.cursor);
  const step = useFrames((frames) => frames.shown()?.step);
  const newest = useSyncExternalStore(activations.subscribe, activations.get);
  if (!isDrawn) return null;
  return activationsOf(newest, index, runId, cursor === null ? null : (step ?? 0));
}

/** Whether the net and the garments that are drawn are the run's, and not those of the form since. */
function isRunDrawn(state: AppState): boolean {
  const { run } = state;
  return (
    run !== null &&
    netKeyOf(state, drawnConfig(state)) === netKeyOf(state, run.config) &&
    sameData(picturedConfig(state), run.config)
  );
}
