/** The WebGPU device's host in a browser. */

import { openGpu, type WebgpuPlatform } from "../engine/webgpu/platform";
import { browserScope } from "./scope";

export const browserWebgpuPlatform: WebgpuPlatform = {
  openDevice: () => openGpu(browserScope().gpu),
};
