/** How a device can fail: what the training loop and the page tell apart. */

/** A device that cannot be used, or can no longer be. */
export class DeviceError extends Error {
  override readonly name: string = "DeviceError";
}

/** A device needs more memory than this machine gives it. */
export class OutOfMemoryError extends DeviceError {
  override readonly name = "OutOfMemoryError";
}

/** The GPU is gone (reset, unplugged, taken by the browser); what it held is lost. */
export class DeviceLostError extends DeviceError {
  override readonly name = "DeviceLostError";
}

/** A file that something needs could not be had, or is not what it should be; another time it may be. */
export class NotLoadedError extends Error {
  override readonly name = "NotLoadedError";
}
