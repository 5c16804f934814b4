/** Settings by which a net that was read trains on. */

import type { RunConfig } from "../../config/config";
import { isFitting } from "../../config/config-schema";
import { LONGEST_NET_NAME, traitsOf } from "../../config/net";
import { configFor } from "../../config/recipes";
import { latentSizeOf } from "../../nets/summary";
import type { TrainedNet } from "./index";

export interface TrainedSettings {
  /** For the default data set: who has other images names them. */
  readonly config: RunConfig;
  /** What is otherwise here than in the file, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * The file's own optimiser and loss where the net can have them here, else the baseline's; a file says nothing of
 * batches and epochs.
 */
export function settingsOf({ net, text, name, compiled }: TrainedNet): TrainedSettings {
  const { preset } = configFor("baseline");
  const latentSize = latentSizeOf(net);
  const traits = traitsOf({ preset, net: text, latentSize }, net.image);
  const { loss, ...others } = compiled.settings;
  const usual: RunConfig["loss"] = traits.endsInSigmoid
    ? { binaryCrossentropy: 1 }
    : { meanSquaredError: 1 };
  const canHave = loss !== undefined && isFitting("loss", loss, traits);
  const notes =
    loss === undefined || canHave
      ? []
      : [
          `Its loss, ${Object.keys(loss).join(" and ")}, cannot be had of this net here: it trains on with the squared error.`,
        ];
  const config = configFor(preset, {
    net: text,
    netName: tidy(name),
    latentSize,
    ...others,
    loss: canHave ? loss : loss === undefined ? usual : { meanSquaredError: 1 },
  });
  return { config, notes: [...compiled.notes, ...notes] };
}

/** In one line, as long as names may be. */
const tidy = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .slice(0, LONGEST_NET_NAME)
    .trim();
