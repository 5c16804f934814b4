/** What devices make of nets, kept for the next visit. */

import * as v from "valibot";
import type { Calibration, NamedDevice } from "../config/devices";
import { DEVICES } from "../config/settings";

/** Keeps measurements from one visit to the next. */
export interface CalibrationStore {
  load(): Calibration[];
  /** Under its key, in the place of an older one. */
  save(calibration: Calibration): void;
}

const PLACE = "latent-loom/devices/1";
/** Drivers and browsers are updated: what was measured before that does not hold. */
const DAYS = 30;
/** As many nets as anybody compares; the oldest gives way. */
const MOST = 60;

const NAME = v.pipe(
  v.picklist(DEVICES),
  v.check((name) => name !== "auto"),
  v.transform((name) => name as NamedDevice),
);
const RATE = v.pipe(v.number(), v.finite(), v.minValue(0));

const KEPT = v.array(
  v.object({
    at: v.number(),
    calibration: v.object({
      key: v.string(),
      chosen: NAME,
      trials: v.array(
        v.object({
          name: NAME,
          label: v.string(),
          imagesPerSecond: v.nullable(RATE),
          reason: v.string(),
        }),
      ),
    }),
  }),
);

/**
 * @param storage such as localStorage; null where the browser gives none, and nothing is kept
 * @param now milliseconds since 1970
 */
export function createCalibrationStore(
  storage: Pick<Storage, "getItem" | "setItem"> | null,
  now: () => number = Date.now,
): CalibrationStore {
  /** What is unreadable, or too old, was never measured. */
  const read = () => {
    try {
      const kept = v.safeParse(KEPT, JSON.parse(storage?.getItem(PLACE) ?? "[]"));
      const since = now() - DAYS * 24 * 3600 * 1000;
      return kept.success ? kept.output.filter(({ at }) => at >= since) : [];
    } catch {
      return [];
    }
  };
  return {
    load: () => read().map(({ calibration }) => calibration),
    save(calibration) {
      const others = read().filter((kept) => kept.calibration.key !== calibration.key);
      const all = [...others, { at: now(), calibration }].slice(-MOST);
      try {
        storage?.setItem(PLACE, JSON.stringify(all));
      } catch {
        // A full or forbidden storage costs a second at the next visit, nothing else.
      }
    },
  };
}
