/** Curves against latent size over images of the test split, coarse first, while the slider has the lab's attention. */

import type { InferenceClient } from "../../client/inference";
import { type JpegAnswer, MOST_COMPARED, type OpenNet } from "../../protocol/inference";
import { coarseFirst, stopsUpTo } from "./sizes";
import type { Curve, Curves } from "./types";

interface CurveTask {
  readonly inference: InferenceClient;
  readonly net: OpenNet;
  readonly signal: AbortSignal;
  /** Resolves when the slider rests: measuring takes a core that a hand on it needs. */
  readonly atRest: () => Promise<void>;
  readonly jpeg: (bytes: number) => Promise<JpegAnswer | null>;
  readonly show: (curves: Curves) => void;
}

type Point = Curve[number];

/**
 * Measures net, PCA and JPEG at each stop and shows every point as it comes.
 *
 * What was measured when the net was packed is not measured again.
 * @throws AnswerError, or the signal's reason
 */
export async function curvesOf({
  inference,
  net,
  signal,
  atRest,
  jpeg,
  show,
}: CurveTask): Promise<void> {
  const { config, nested, packed } = net;
  const part = { part: "test", first: MOST_COMPARED } as const;
  const netPoints = new Map<number, Point>();
  const pcaPoints = new Map<number, Point>();
  const jpegPoints = new Map<number, Point>();
  for (const { kept, net: mean, pca } of packed ?? []) {
    netPoints.set(kept, { kept, mean });
    pcaPoints.set(kept, { kept, mean: pca });
  }
  const stops = coarseFirst(stopsUpTo(config.latentSize));
  const netStops = stops.filter(
    (kept) => !netPoints.has(kept) && (nested || kept === config.latentSize),
  );
  const pcaStops = stops.filter((kept) => !pcaPoints.has(kept));
  const total = netStops.length + pcaStops.length + stops.length;
  let done = 0;
  const showAll = () =>
    show({
      netCurve: ascending(netPoints),
      pcaCurve: ascending(pcaPoints),
      jpegCurve: ascending(jpegPoints),
      measured: done / total,
    });
  showAll();

  const measure = async () => {
    for (const kept of stops) {
      await atRest();
      if (netStops.includes(kept)) {
        const ask = { net: net.net, images: part, kept: nested ? kept : null };
        const { mean } = await inference.ask("reconstruct", ask, { signal });
        netPoints.set(kept, { kept, mean });
        done += 1;
        showAll();
      }
      if (pcaStops.includes(kept)) {
        const ask = { data: config, images: part, kept };
        const { mean } = await inference.ask("pcaReconstruct", ask, { signal });
        pcaPoints.set(kept, { kept, mean });
        done += 1;
        showAll();
      }
    }
  };
  const compress = async () => {
    for (const kept of stops) {
      await atRest();
      const answer = await jpeg(kept);
      if (answer) jpegPoints.set(kept, { kept, mean: answer.test });
      done += 1;
      showAll();
    }
  };
  // JPEG has a thread of its own.
  await Promise.all([measure(), compress()]);
}

function ascending(points: ReadonlyMap<number, Point>): Curve {
  return [...points.values()].sort((a, b) => a.kept - b.kept);
}
