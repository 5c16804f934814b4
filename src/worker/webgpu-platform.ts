/** The WebGPU device's host in a browser. */

import { openGpu, type WebgpuPlatform } from "../engine/gpu";
import { browserScope } from "./scope";

export const browserWebgpuPlatform: WebgpuPlatform = {
  openDevice: () => openGpu(browserScope().gpu),
};
