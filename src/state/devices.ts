/** What the page knows of the machine's devices. */

import type { RunConfig } from "../config/config";
import { type Calibration, calibrationKey, type SpeedSettings } from "../config/devices";
import { type AppState, isActive, specOfConfig } from "./state";

/** What was measured of a net on this machine, all of it or so far; null where nothing was. */
export function calibrationFor(
  state: AppState,
  settings: SpeedSettings & Pick<RunConfig, "data">,
): Calibration | null {
  const { devices, maxThreads, calibrations } = state;
  if (!devices) return null;
  const image = specOfConfig(state, settings);
  return calibrations[calibrationKey(settings, image, { devices, maxThreads })] ?? null;
}

/** The same of the form's net. */
export const calibrationOf = (state: AppState): Calibration | null =>
  calibrationFor(state, state.settings);

/** Whether devices may be timed: not while a run would slow them down. */
export function canMeasure({ devices, data, run, measuring }: AppState): boolean {
  return devices !== null && data !== null && !isActive(run) && !measuring;
}
