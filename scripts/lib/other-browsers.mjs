/** Firefox and WebKit, Safari's engine, to test with; on Debian both can be installed. */

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { aptInstall } from "./apt.mjs";

/**
 * @typedef {object} OtherBrowser
 * @property {"Firefox" | "WebKit"} name
 * @property {readonly (readonly string[])[]} programs What it takes, any one of each list.
 * @property {readonly string[]} packages Debian's, which have them.
 */

/** @type {readonly OtherBrowser[]} */
const OTHERS = [
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

/** The paths of a browser's programs; null where one is missing. */
export function programsOf(/** @type {OtherBrowser["name"]} */ name) {
  const wanted = OTHERS.find((other) => other.name === name)?.programs ?? [];
  const found = wanted.map((names) => names.map(onPath).find((path) => path !== null) ?? null);
  return found.every((path) => path !== null) ? found : null;
}

function onPath(/** @type {string} */ program) {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, program)).find(existsSync) ?? null;
}

/** Installs what is missing, where apt is there and we may. Resolves those that are not here still. */
export async function ensureOtherBrowsers() {
  /** @type {{ name: OtherBrowser["name"], missing: string }[]} */
  const left = [];
  for (const { name, packages } of OTHERS) {
    if (!programsOf(name)) await aptInstall(name, ...packages);
    if (programsOf(name)) continue;
    const hint = `Debian has it: apt-get install ${packages.join(" ")}`;
    left.push({ name, missing: `${name} is not here, so nothing was tested in it (${hint}).` });
  }
  return left;
}
