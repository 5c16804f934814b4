/** The table of settings with three rows more, as if somebody had written them there. */

import type { NetTraits } from "../../../src/config/net";
import type * as Settings from "../../../src/config/settings";
import { choice, decimalNumber, numberOr, wholeNumber } from "../../../src/config/value-types";

const ADDED = {
  noise: {
    type: decimalNumber(0, 0.9),
    default: 0,
    key: "noise",
    group: "recipe",
    part: "noise",
    label: "Noise",
    help: "Share of pixels that are lost before the encoder",
    subject: "The noise",
    needs: [
      {
        net: ({ isNested }: NetTraits) => isNested,
        others: "change: it is not nested",
      },
    ],
    before: 0,
  },
  restart: {
    type: numberOr("never", wholeNumber(2, 100)),
    default: null,
    key: "restart",
    group: "recipe",
    part: "restart",
    label: "Restart",
    help: "Epochs to the schedule's restart",
    subject: "The restart",
    before: null,
  },
  pooling: {
    type: choice(["max", "average", "stride", "none"]),
    default: "max",
    key: "pooling",
    group: "data",
    part: "pooling",
    label: "Pooling",
    help: "How images are made smaller",
    subject: "The pooling",
    titles: { stride: "every other" },
    before: "max",
  },
} as const satisfies Readonly<Record<string, Settings.Setting<unknown>>>;

/** What settings.ts exports, with those rows in its table. */
export const withAddedRows = (settings: typeof Settings) => ({
  ...settings,
  SETTINGS: { ...settings.SETTINGS, ...ADDED },
});
