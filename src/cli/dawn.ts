/** WebGPU in Node: Dawn, on the machine's own GPU or on the software one that Chromium brings. */

import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { findBrowser } from "../../scripts/lib/browser.mjs";
import { DeviceError } from "../engine/errors";
import { openGpu, type WebgpuPlatform } from "../engine/gpu";
import { factsOf, isSoftwareAdapter } from "../engine/renderers";

/** Keeps a library when the handle to it is closed: glibc's RTLD_NODELETE. */
const NO_DELETE = 0x1000;
/** Where Debian's chromium has its files, beside the folder of the program itself. */
const CHROMIUM_FOLDERS = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"];

export const NO_GPU =
  "Node finds no GPU: neither a Vulkan driver nor the software one that comes with Chromium " +
  "(Debian and Ubuntu: sudo apt-get install chromium).";

/**
 * Every kernel writes its workgroup's memory before it reads it; told so, the software driver
 * compiles a product in 0.4 s instead of 1.8 s. Timestamps are to be exact, not rounded to 0.1 ms.
 */
const SWITCHES = [
  "enable-dawn-features=disable_workgroup_init",
  "disable-dawn-features=timestamp_quantization",
];

export const NO_DAWN =
  "Node's WebGPU is not installed: it comes with `npm ci` or `npm test`, not with `npm start`.";

let installed: Promise<GPU | null> | null = null;
let opened: Promise<GPU | null> | null = null;

/**
 * Dawn's `navigator.gpu` on the drivers that this machine has of itself, software ones among them;
 * null where there are none.
 */
export function installedDawn(): Promise<GPU | null> {
  installed ??= openInstalled();
  return installed;
}

/** The same, on Chromium's software driver where there is no other; null without any. */
export function dawn(): Promise<GPU | null> {
  opened ??= installedDawn().then((gpu) => gpu ?? openChromiums());
  return opened;
}

async function openInstalled(): Promise<GPU | null> {
  return hasLoader() ? withAdapter() : null;
}

/** Asked without a Vulkan loader, Dawn complains on stderr. */
function hasLoader(): boolean {
  return process.platform !== "linux" || isLoaded("libvulkan.so.1");
}

/** Whether the package `webgpu` is here, which is of the development's. */
function hasDawn(): boolean {
  try {
    createRequire(import.meta.url).resolve("webgpu");
    return true;
  } catch {
    return false;
  }
}

/** Why there is no GPU. */
export function noGpu(): string {
  return hasDawn() ? NO_GPU : NO_DAWN;
}

/** Whether there may be a GPU that only the missing package keeps from being tried. */
export function lacksDawn(): boolean {
  return !hasDawn() && hasLoader();
}

async function openChromiums(): Promise<GPU | null> {
  return hasChromiumsDriver() ? withAdapter() : null;
}

async function withAdapter(): Promise<GPU | null> {
  if (!hasDawn()) return null;
  const { create } = await import("webgpu");
  const gpu = create(SWITCHES);
  const adapter = await gpu.requestAdapter();
  if (!adapter) return null;
  if (isSoftwareAdapter(factsOf(adapter))) askSeldom();
  return gpu;
}

let asksSeldom = false;

/**
 * Makes Dawn ask once in a millisecond whether the GPU is done. It asks by `setImmediate`, as often as
 * the event loop turns: where the GPU is a program, that took 40% of the processor from it.
 */
function askSeldom(): void {
  if (asksSeldom) return;
  asksSeldom = true;
  globalThis.setImmediate = new Proxy(globalThis.setImmediate, {
    apply(own, self, [ask, ...others]) {
      const isDawns = /\{ \[native code\] \}$/.test(Function.prototype.toString.call(ask));
      return isDawns ? setTimeout(ask, 1, ...others) : Reflect.apply(own, self, [ask, ...others]);
    },
  });
}

/**
 * Makes the Vulkan loader and the driver that computes on the CPU, SwiftShader, out of Chromium's
 * folder known to this process. False where there are none.
 */
function hasChromiumsDriver(): boolean {
  const browser = findBrowser();
  const beside = browser ? [dirname(realpathSync(browser))] : [];
  for (const folder of [...beside, ...CHROMIUM_FOLDERS]) {
    const driver = join(folder, "vk_swiftshader_icd.json");
    const loader = join(folder, "libvulkan.so.1");
    if (!existsSync(driver) || !isLoaded(loader)) continue;
    process.env.VK_DRIVER_FILES ??= driver;
    return true;
  }
  return false;
}

/** Loads a library to stay, so that Dawn finds it by its name. */
function isLoaded(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_NOW | NO_DELETE);
    return true;
  } catch (error) {
    // It was there, but is no module of Node's.
    return /self-register/.test(String(error));
  }
}

/** Defines what tfjs's WebGPU backend takes from a browser's global scope. */
export async function actAsBrowser(gpu: GPU): Promise<void> {
  const { globals } = await import("webgpu");
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { gpu } });
}

/** The platform of the WebGPU device in Node. */
export const nodeWebgpuPlatform: WebgpuPlatform = {
  async openDevice() {
    const gpu = await dawn();
    if (!gpu) throw new DeviceError(noGpu());
    return openGpu(gpu);
  },
};
