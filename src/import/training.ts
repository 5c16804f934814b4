/** What training does with the layers that stand for one of Keras's: frozen or not, and what is to be small. */

import type { Penalties, Rates } from "../nets/spec";
import { textOf, type Unnamed } from "../nets/text/kinds";
import type { Settings } from "./settings";

/** Both penalties at once. */
export function summed(one: Rates, other: Rates): Rates {
  const [l1, l2] = [(one.l1 ?? 0) + (other.l1 ?? 0), (one.l2 ?? 0) + (other.l2 ?? 0)];
  return { ...(l1 > 0 ? { l1 } : {}), ...(l2 > 0 ? { l2 } : {}) };
}

/**
 * The layers as the settings have them trained; a note for each penalty that there is no form of.
 *
 * A penalty on what they make is the last one's, or that of a `rescale` behind layers that join; it is
 * left to the caller where there are no layers.
 */
export function withTraining(specs: readonly Unnamed[], settings: Settings): readonly Unnamed[] {
  const { activity, ...arrays } = settings.rates;
  const trained = specs.map((spec): Unnamed => {
    const { weights } = textOf(spec.kind);
    const penalties: Penalties = weights === "kernel" ? kernelRates(arrays) : {};
    return {
      ...spec,
      ...(weights && settings.isFrozen ? { frozen: true as const } : {}),
      ...(Object.keys(penalties).length > 0 ? { penalties } : {}),
    };
  });
  const hasKernel = specs.some(({ kind }) => textOf(kind).weights === "kernel");
  for (const array of Object.keys(arrays)) {
    if (hasKernel && (array === "kernel" || array === "bias")) continue;
    settings.note(`it is trained without its ${array}_regularizer`);
  }
  const last = trained.at(-1);
  if (!activity || !last) return trained;
  if (textOf(last.kind).joins) return [...trained, penalised(activity)];
  return [...trained.slice(0, -1), { ...last, penalties: { ...last.penalties, activity } }];
}

function kernelRates({ kernel, bias }: Readonly<Record<string, Rates>>): Penalties {
  return { ...(kernel ? { kernel } : {}), ...(bias ? { bias } : {}) };
}

/** A layer that changes nothing, for a penalty on what no other layer can have it of. */
export const penalised = (activity: Rates): Unnamed => ({
  kind: "rescale",
  scale: 1,
  penalties: { activity },
});
