import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { createLatest } from "../../../../client/latest";
import type { NumberSpread } from "../../../../math/number-spread";
import {
  type LooksFor,
  MOST_COMPARED,
  type NetId,
  type OpenNet,
} from "../../../../protocol/inference";
import type { ImageStrip } from "../../../../protocol/messages";
import { AnswerError } from "../../../../protocol/rpc";
import { loadNet, type RunWeights, weightsOfRun } from "../../../../state/current-net";
import { imageAt } from "../../../../state/images";
import { useApp, useInference, useRuns } from "../../../kit/hooks";

/** Pictures from a number's low end to its high one. */
export const STEPS = 5;

/** A net of stored weights, and how its numbers are spread over test images. */
interface Opened {
  readonly net: OpenNet;
  readonly weights: RunWeights;
  readonly spread: NumberSpread;
}

/** What is known of one number for one image. */
interface Looked {
  readonly value: number;
  readonly looksFor: LooksFor;
  /** `STEPS` pictures, the number from low to high and the others as the image has them. */
  readonly pictures: ImageStrip;
}

export interface CodeNumberState {
  readonly opened: Opened | null;
  readonly looked: Looked | null;
  /** Why nothing can be shown; empty where something can. */
  readonly trouble: string;
}

/** One number of a run's code, by its newest stored weights: worked out beside training. */
export function useCodeNumber(runId: string, number: number, index: number): CodeNumberState {
  const app = useApp();
  const inference = useInference();
  const record = useRuns(({ records }) => records?.find(({ id }) => id === runId) ?? null);
  const weights = record && weightsOfRun(record);
  const step = weights?.step ?? null;
  const moment = weights?.moment ?? "";
  const [opened, setOpened] = useState<Opened | null>(null);
  const [looked, setLooked] = useState<Looked | null>(null);
  const [trouble, setTrouble] = useState("");
  const originals = useSyncExternalStore(app.images.subscribe, () => app.images.get("originals"));
  const pixels = useMemo(() => imageAt(originals, index), [originals, index]);

  useEffect(() => {
    if (step === null) return;
    const latest = { isWanted: true };
    let net: NetId | null = null;
    const close = () => {
      if (net !== null) inference.ask("close", { net }).catch(() => {});
    };
    const open = async () => {
      const made = await inference.ask("open", { net: await loadNet(runId, app.runs.store) });
      net = made.net;
      if (!latest.isWanted) return close();
      const images = { part: "test", first: MOST_COMPARED } as const;
      const spread = await inference.ask("spread", { net: made.net, images });
      if (latest.isWanted) setOpened({ net: made, weights: { step, moment }, spread });
    };
    open()
      .then(() => setTrouble(""))
      .catch((error) => latest.isWanted && setTrouble(reasonOf(error)));
    return () => {
      latest.isWanted = false;
      close();
    };
  }, [app, inference, runId, step, moment]);

  const [ask] = useState(createLatest);
  useEffect(() => {
    if (!opened || !pixels) return;
    const { net, spread } = opened;
    ask(async () => {
      const images = { pixels: pixels.slice() };
      const { codes, size } = await inference.ask("encode", { net: net.net, images });
      const looksFor = await inference.ask("looksFor", { net: net.net, images, number });
      const turned = new Float32Array(STEPS * size);
      const [low, high] = [spread.lows[number]!, spread.highs[number]!];
      for (let at = 0; at < STEPS; at++) {
        turned.set(codes, at * size);
        turned[at * size + number] = low + ((high - low) * at) / (STEPS - 1);
      }
      const pictures = await inference.ask("decode", { net: net.net, codes: turned, kept: null });
      return { value: codes[number]!, looksFor, pictures };
    })
      .then((found) => found && setLooked(found))
      // A net that has been closed meanwhile has newer weights behind it.
      .catch((error) => setTrouble(isClosed(error) ? "" : reasonOf(error)));
  }, [inference, ask, opened, pixels, number]);

  return { opened, looked, trouble };
}

const isClosed = (error: unknown): boolean => error instanceof AnswerError && error.isPassing;

function reasonOf(error: unknown): string {
  if (error instanceof AnswerError) return `${error.message} ${error.remedy}`;
  return error instanceof Error ? error.message : String(error);
}
