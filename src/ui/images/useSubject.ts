import { useMemo, useState } from "react";
import { useStore } from "zustand";
import { picturedConfig } from "../../state/state";
import type { Subject } from "../../state/truth";
import { useApp, useAppState } from "../common/hooks";
import { type Choice, choicesOf, PCA_ALONE, pcaSubject, runSubject } from "./subjects";

export interface ChosenSubject {
  readonly subject: Subject;
  readonly choices: readonly Choice[];
  /** Id of the choice, or `PCA_ALONE`. */
  readonly chosen: string;
  /** Epoch of the weights that are shown; null of PCA. */
  readonly epoch: number | null;
  /** Epoch of newer weights of the same run; null where there are none. */
  readonly newer: number | null;
  choose(id: string): void;
  /** Takes the newer weights. */
  renew(): void;
}

/**
 * The net that the view is about: the page's run, until another is chosen.
 *
 * Weights stay those of the moment until somebody asks for newer ones: rebuilding every image
 * after every epoch would take the processor from training.
 */
export function useSubject(): ChosenSubject {
  const { runs } = useApp();
  const records = useStore(runs.state, ({ records }) => records);
  const current = useAppState((state) => state.run?.id ?? null);
  const config = useAppState(picturedConfig);
  const [wanted, setWanted] = useState<string | null>(null);
  const [taken, setTaken] = useState<Choice | null>(null);

  const choices = useMemo(() => choicesOf(records ?? [], current), [records, current]);
  const own = choices.find(({ id }) => id === current);
  const chosen = wanted ?? own?.id ?? PCA_ALONE;
  const newest = choices.find(({ id }) => id === chosen) ?? null;
  const shown = taken?.id === chosen && newest ? taken : newest;
  if (shown !== taken) setTaken(shown);

  const subject = shown ? runSubject(shown, runs.store) : pcaSubject(config);
  // The same subject stays the same object: a new one would be rebuilt from the start.
  const [kept, setKept] = useState(subject);
  if (kept.key !== subject.key) setKept(subject);
  return {
    subject: kept.key === subject.key ? kept : subject,
    choices,
    chosen: shown ? shown.id : PCA_ALONE,
    epoch: shown?.epoch ?? null,
    newer: newest && shown && newest.epoch !== shown.epoch ? newest.epoch : null,
    choose: setWanted,
    renew: () => setTaken(newest),
  };
}
