/** Debian's packages, for tests that need more than npm has. */

import { run, say } from "./project.mjs";

/** Installs packages where apt is there and we may; says what apt said where that fails. */
export async function aptInstall(/** @type {string} */ title, /** @type {string[]} */ ...names) {
  const prefix = await aptPrefix();
  if (!prefix) return;
  say(`Installing ${title} (apt-get install ${names.join(" ")}) …`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const apt = (/** @type {string[]} */ ...args) => {
    const [command = "apt-get", ...rest] = [...prefix, "apt-get", "-qq", ...args];
    return run(command, rest, { env, capture: true });
  };
  await apt("update");
  const installed = await apt("install", "-y", "--no-install-recommends", ...names);
  if (installed.code !== 0) say(installed.output);
}

/** Ends a service that Debian begins with its package, where systemd is there: we want the program alone. */
export async function stopService(/** @type {string} */ name) {
  const prefix = await aptPrefix();
  if (!prefix) return;
  const [command = "systemctl", ...rest] = [...prefix, "systemctl", "disable", "--now", name];
  await run(command, rest, { capture: true });
}

/** What goes before apt-get: nothing for root, sudo where it asks no password; null without apt. */
async function aptPrefix() {
  if (process.platform !== "linux") return null;
  if ((await run("apt-get", ["--version"], { capture: true })).code !== 0) return null;
  if (process.getuid?.() === 0) return [];
  const sudo = await run("sudo", ["-n", "true"], { capture: true });
  return sudo.code === 0 ? ["sudo", "-n"] : null;
}
