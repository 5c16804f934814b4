/** How fast a net would train here, before it is trained. */

import type { RunConfig } from "../config/config";
import { fastest } from "../config/devices";
import { RECIPES } from "../config/recipes";
import type { ImageShape } from "../math/image-set";
import { netKey } from "../nets/key";
import { netOf, PRESETS } from "../nets/presets";
import { summarizeNet } from "../nets/summary";
import { calibrationFor } from "./devices";
import { type AppState, formSpec, type Run, specOfConfig } from "./state";

/** What was measured of some net on this machine. */
interface Measured {
  readonly config: RunConfig;
  readonly imagesPerSecond: number;
}

/**
 * Images a second that a net of so many multiply-adds would train at here, to two digits: what was
 * measured of the net that is most like it, by the ratio of their multiply-adds. Null where nothing
 * was measured here.
 */
export function estimatedRate(state: AppState, multiplyAdds: number): number | null {
  const image = formSpec(state);
  const rates = measuredHere(state).flatMap(({ config, imagesPerSecond }) => {
    const own = multiplyAddsOf(config, image);
    return own === null ? [] : [{ ratio: own / multiplyAdds, imagesPerSecond }];
  });
  const distance = ({ ratio }: { readonly ratio: number }) => Math.abs(Math.log(ratio));
  const [nearest] = rates.sort((a, b) => distance(a) - distance(b));
  return nearest ? Number((nearest.imagesPerSecond * nearest.ratio).toPrecision(2)) : null;
}

/**
 * About how long such a run would train here, in seconds, without what its evaluation takes; with
 * patience it may end earlier. Null where nothing was measured here, and for a net that is none.
 *
 * @param trainImages of its training split
 */
export function estimatedSeconds(
  state: AppState,
  config: RunConfig,
  trainImages: number,
): number | null {
  const multiplyAdds = multiplyAddsOf(config, specOfConfig(state, config));
  const rate = multiplyAdds === null ? null : estimatedRate(state, multiplyAdds);
  return rate === null ? null : (config.epochs * trainImages) / rate;
}

/** Runs of this visit, and nets that devices were timed by. */
function measuredHere(state: AppState): readonly Measured[] {
  const { run, earlier, settings } = state;
  const runs = [run, ...earlier].flatMap((each) => {
    const rate = each ? rateOf(each) : 0;
    return each && rate > 0 ? [{ config: each.config, imagesPerSecond: rate }] : [];
  });
  const presets = PRESETS.map((preset) => ({
    ...settings,
    ...RECIPES[preset].recipe,
    preset,
    net: null,
  }));
  const timed = [settings, ...presets].flatMap((config) => {
    const calibration = calibrationFor(state, config);
    const rate = calibration && fastest(calibration.trials)?.imagesPerSecond;
    return rate ? [{ config, imagesPerSecond: rate }] : [];
  });
  return [...runs, ...timed];
}

const rateOf = ({ result, imagesPerSecond }: Run): number =>
  result?.imagesPerSecond ?? imagesPerSecond;

const known = new Map<string, number | null>();

/** Of a forward pass; null for a net that is none for such images. */
function multiplyAddsOf(config: RunConfig, image: ImageShape): number | null {
  const key = netKey(config, image);
  let found = known.get(key);
  if (found === undefined) {
    try {
      found = summarizeNet(netOf(config, image)).multiplyAdds;
    } catch {
      found = null;
    }
    known.set(key, found);
  }
  return found;
}
