/** What the page knows of the machine's devices. */

import { type Calibration, calibrationKey, type SpeedSettings } from "../config/devices";
import { type AppState, isActive } from "./state";

type Known = Pick<AppState, "devices" | "maxThreads" | "calibrations">;

/** What was measured of a net on this machine, all of it or so far; null where nothing was. */
export function calibrationFor(
  { devices, maxThreads, calibrations }: Known,
  settings: SpeedSettings,
): Calibration | null {
  return devices ? (calibrations[calibrationKey(settings, { devices, maxThreads })] ?? null) : null;
}

/** The same of the form's net. */
export const calibrationOf = (state: AppState): Calibration | null =>
  calibrationFor(state, state.settings);

/** Whether devices may be timed: not while a run would slow them down. */
export function canMeasure({ devices, data, run, measuring }: AppState): boolean {
  return devices !== null && data !== null && !isActive(run) && !measuring;
}
