/** Finds a Chromium to test with; on Debian it can install one. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { aptInstall } from "./apt.mjs";

/**
 * Chromium's parts that a test has no use for. Its address bar has three pages of its own, which each
 * new window loads: 2 s of a processor, a quarter of what our page takes. The others are Playwright's,
 * whose list counts no more once there is another.
 */
const UNUSED_FEATURES = [
  "WebUIOmniboxPopup",
  "WebUIOmniboxAimPopup",
  "WebUIOmniboxFullPopup",
  "AimEnabled",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "ThirdPartyStoragePartitioning",
];

/** For tests: no sandbox (containers run as root), and nothing that calls home. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--disable-features=${UNUSED_FEATURES.join()}`,
];

/**
 * WebGPU computed by the CPU, where tests need no GPU. Our kernels write their workgroups' memory
 * before they read it; told so, that driver compiles a product in a quarter of the time.
 */
export const SOFTWARE_WEBGPU_FLAGS = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-dawn-features=disable_workgroup_init",
];

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "microsoft-edge-stable",
  "microsoft-edge",
];

/** The path of an installed Chromium, Chrome or Edge; null where there is none. */
export function findBrowser() {
  const given = process.env.CHROME_PATH;
  if (given) return isExecutable(given) ? given : null;
  return candidates().find(isExecutable) ?? null;
}

function candidates() {
  if (process.platform === "darwin") {
    const apps = ["/Applications", join(process.env.HOME ?? "", "Applications")];
    const names = ["Google Chrome", "Chromium", "Microsoft Edge"];
    return apps.flatMap((folder) =>
      names.map((name) => `${folder}/${name}.app/Contents/MacOS/${name}`),
    );
  }
  if (process.platform === "win32") {
    const bases = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"];
    const apps = [
      "Google\\Chrome\\Application\\chrome.exe",
      "Chromium\\Application\\chrome.exe",
      "Microsoft\\Edge\\Application\\msedge.exe",
    ];
    return bases.flatMap((base) => apps.map((app) => join(process.env[base] ?? "", app)));
  }
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function isExecutable(/** @type {string} */ path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A browser's path, installed through apt where there is none and we may; null where not. */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found || process.env.CHROME_PATH) return found;
  await aptInstall("Chromium", "chromium");
  return findBrowser();
}

export const NO_BROWSER =
  "No Chromium, Chrome or Edge was found for the browser tests. Install one (Debian and Ubuntu: " +
  "sudo apt-get install chromium), or name one in the environment variable CHROME_PATH.";
