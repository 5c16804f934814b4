/** Starts Firefox and WebKit, each with nothing left from an earlier start. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programsOf } from "../../scripts/lib/debian-programs.mjs";
import { freePort } from "../../scripts/lib/project.mjs";
import { overHttp, overMarionette, type Send } from "./webdriver";

export interface Engine {
  readonly name: "Firefox" | "WebKit";
  /** Whether this machine has it. */
  readonly isHere: boolean;
  /** A window of it, in a session of its own. */
  start(): Promise<Session>;
}

export interface Session {
  readonly send: Send;
  close(): Promise<void>;
}

const WIDTH = 1440;
const HEIGHT = 1000;
/** Milliseconds for a browser to start where other programs have the cores. */
const STARTING = 120_000;

/** Nothing that calls home, opens pages of its own or asks questions. */
const FIREFOX_SETTINGS = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  "browser.aboutwelcome.enabled": false,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "browser.startup.homepage": "about:blank",
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.systemAddon.update.enabled": false,
  "extensions.update.enabled": false,
  "marionette.port": 0,
  "media.gmp-manager.updateEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

const firefox: Engine = {
  name: "Firefox",
  isHere: programsOf("Firefox") !== null,
  async start() {
    const [program = ""] = programsOf("Firefox") ?? [];
    const profile = mkdtempSync(join(tmpdir(), "latent-loom-firefox-"));
    const settings = Object.entries(FIREFOX_SETTINGS).map(
      ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
    );
    writeFileSync(join(profile, "user.js"), settings.join(""));
    const child = spawn(
      program,
      [
        "--headless",
        "--no-remote",
        "--marionette",
        "--profile",
        profile,
        `--width=${WIDTH}`,
        `--height=${HEIGHT}`,
        "about:blank",
      ],
      { stdio: "ignore", detached: true },
    );
    const end = async () => {
      await stop(child);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    };
    return session(child, end, async () => {
      // It listens on a free port and writes down which.
      const port = Number(readFileSync(join(profile, "MarionetteActivePort"), "utf8"));
      const send = await overMarionette(port);
      await send("NewSession", { capabilities: { alwaysMatch: {} } });
      return send;
    });
  },
};

const webkit: Engine = {
  name: "WebKit",
  isHere: programsOf("WebKit") !== null,
  async start() {
    const [driver = "", screen = ""] = programsOf("WebKit") ?? [];
    const port = await freePort(0, "127.0.0.1");
    // A number that nobody has: Xvfb writes down the one that it took.
    const xvfb = spawn(
      screen,
      ["-displayfd", "3", "-screen", "0", `${WIDTH}x${HEIGHT}x24`, "-nolisten", "tcp"],
      { stdio: ["ignore", "ignore", "ignore", "pipe"], detached: true },
    );
    const display = await new Promise<string>((resolve, reject) => {
      xvfb.once("exit", () => reject(new Error("Xvfb did not start.")));
      xvfb.stdio[3]?.once("data", (bytes) => resolve(`:${String(bytes).trim()}`));
    });
    const child = spawn(driver, [`--port=${port}`, "--host=127.0.0.1"], {
      stdio: "ignore",
      detached: true,
      env: {
        ...process.env,
        DISPLAY: display,
        GDK_BACKEND: "x11",
        // Its sandbox needs user namespaces, which containers have not.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      },
    });
    const end = async () => {
      await stop(child);
      await stop(xvfb);
    };
    return session(child, end, async () => {
      const send = overHttp(`http://127.0.0.1:${port}`);
      await send("NewSession", { capabilities: { alwaysMatch: {} } });
      return send;
    });
  },
};

export const ENGINES: readonly Engine[] = [firefox, webkit];

/** Connects as soon as the browser listens. */
async function session(
  child: ChildProcess,
  end: () => Promise<void>,
  connect: () => Promise<Send>,
): Promise<Session> {
  const deadline = Date.now() + STARTING;
  for (;;) {
    try {
      const send = await connect();
      await send("SetWindowRect", { x: 0, y: 0, width: WIDTH, height: HEIGHT });
      await send("SetTimeouts", { script: 600_000, pageLoad: 300_000 });
      const close = async () => {
        // WebKit's driver ends the browser, Firefox itself stays.
        await send("DeleteSession").catch(() => {});
        await end();
      };
      return { send, close };
    } catch (error) {
      if (child.exitCode !== null || Date.now() > deadline) {
        await end();
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Ends a program and all that it started. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.kill(-child.pid, "SIGKILL");
  await ended;
}
