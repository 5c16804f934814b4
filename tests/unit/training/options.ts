import type { DeviceOption, NamedDevice } from "../../../src/config/devices";

/** A device that is there, and that Automatic may take unless it is the reference. */
export function option(name: NamedDevice, change: Partial<DeviceOption> = {}): DeviceOption {
  return {
    name,
    label: name,
    available: true,
    automatic: name !== "tfjs-cpu",
    reason: "",
    ...change,
  };
}
