/** Browsers and web servers to test with, besides Chromium; on Debian all of them can be installed. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { aptInstall, stopService } from "./apt.mjs";

/**
 * @typedef {object} DebianProgram
 * @property {"Firefox" | "WebKit" | "nginx" | "Apache"} name
 * @property {readonly (readonly string[])[]} programs What it takes, any one of each list.
 * @property {readonly string[]} packages Debian's, which have them.
 * @property {string} [service] What they have serve this machine from now on.
 */

/** @type {readonly DebianProgram[]} */
export const BROWSERS = [
  {
    name: "Firefox",
    programs: [["firefox-esr", "firefox"]],
    packages: ["firefox-esr"],
  },
  {
    name: "WebKit",
    // It has no headless mode: Xvfb is the screen.
    programs: [["WebKitWebDriver"], ["Xvfb"]],
    packages: ["webkit2gtk-driver", "xvfb"],
  },
];

/** @type {readonly DebianProgram[]} */
export const SERVERS = [
  { name: "nginx", programs: [["nginx"]], packages: ["nginx"], service: "nginx" },
  // The program alone, without the service.
  { name: "Apache", programs: [["apache2"]], packages: ["apache2-bin", "media-types"] },
];

/** The paths of its programs; null where one is missing. */
export function programsOf(/** @type {DebianProgram["name"]} */ name) {
  const wanted = [...BROWSERS, ...SERVERS].find((other) => other.name === name)?.programs ?? [];
  const found = wanted.map((names) => names.map(onPath).find((path) => path !== null) ?? null);
  return found.every((path) => path !== null) ? found : null;
}

function onPath(/** @type {string} */ program) {
  // Debian's servers are where only root looks.
  const folders = [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), "/usr/sbin"];
  return folders.map((folder) => join(folder, program)).find(existsSync) ?? null;
}

/** Installs what is missing, where apt is there and we may. Resolves those that are not here still. */
export async function ensureFromDebian(/** @type {readonly DebianProgram[]} */ programs) {
  /** @type {{ name: DebianProgram["name"], missing: string }[]} */
  const left = [];
  for (const { name, packages, service } of programs) {
    if (!programsOf(name)) {
      await aptInstall(name, ...packages);
      if (service) await stopService(service);
    }
    if (programsOf(name)) continue;
    const hint = `Debian has it: apt-get install ${packages.join(" ")}`;
    left.push({ name, missing: `${name} is not here, so nothing was tested in it (${hint}).` });
  }
  return left;
}
