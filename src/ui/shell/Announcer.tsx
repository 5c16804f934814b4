import { VisuallyHidden } from "@mantine/core";
import { useEffect } from "react";
import { itemWords } from "../../datasets/item-words";
import type { Run } from "../../state/state";
import { dataSpec } from "../../state/state";
import { isAsItCame, stopOf } from "../../state/stopped";
import { loss, stopPlace } from "../kit/format";
import { useAppState, useSampled } from "../kit/hooks";
import { verdict } from "../kit/verdict";

/** Milliseconds between two announcements: a screen reader needs about 6 s for one. */
const ANNOUNCE_EVERY = 10_000;

function announcement(run: Run | null, items: string): string {
  if (!run) return "";
  if (run.result) {
    const { test, pca, latent } = run.result;
    const { short, words } = verdict(test, pca, latent, items);
    const stop = stopOf(run);
    const how = isAsItCame(run)
      ? "Imported"
      : `Finished${stop ? `, stopped ${stopPlace(stop)}` : ""}`;
    return `${how}. Did the net beat PCA? ${short}. ${words}`;
  }
  if (run.phase === "paused") return `Paused in epoch ${run.epoch}.`;
  const last = run.epochs.at(-1);
  if (!last) return "";
  return `Epoch ${last.epoch} of ${run.config.epochs} done, validation loss ${loss(last.validationLoss)}.`;
}

/** Says how training goes, now and then, to those who do not see it; the tab's title does too. */
export default function Announcer() {
  const words = useSampled(
    (state) => announcement(state.run, itemWords(dataSpec(state)).many),
    ANNOUNCE_EVERY,
    true,
  );
  const title = useAppState((state) => tabTitle(state.run));
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <VisuallyHidden role="status" aria-live="polite">
      {words}
    </VisuallyHidden>
  );
}

/** "12 of 50 · Latent Loom", and whether it goes on: whoever is in another tab sees nothing else. */
function tabTitle(run: Run | null): string {
  if (!run) return "Latent Loom: train an autoencoder and see what it keeps";
  const { phase, epoch, config } = run;
  if (phase === "finished") return `${isAsItCame(run) ? "Imported" : "Finished"} · Latent Loom`;
  if (phase === "failed") return "Failed · Latent Loom";
  const rests = phase === "paused" || phase === "interrupted";
  return `${epoch} of ${config.epochs}${rests ? `, ${phase}` : ""} · Latent Loom`;
}
