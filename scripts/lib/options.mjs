/** Options of the commands that serve or build the page. */

import { parseArgs } from "node:util";
import { fail } from "./project.mjs";

/**
 * `--port` and `--host` of start and dev.
 *
 * @param {number} defaultPort
 * @returns {{ port: number, host: string }}
 */
export function serverOptions(defaultPort) {
  const usage = "Allowed: --port N (0 to 65535; 0 takes a free one) and --host ADDRESS.";
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: String(defaultPort) },
        host: { type: "string", default: "localhost" },
      },
    });
    // Digits alone: Number reads "0x50", "1e3" and even "" as numbers.
    const port = /^\d+$/.test(values.port) ? Number(values.port) : Number.NaN;
    if (!(port <= 65535)) throw new Error(`--port ${values.port} is not a port.`);
    return { port, host: values.host };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error} ${usage}`, 2);
  }
}

/**
 * `--url` of build: where the page will be, a folder; undefined where nobody says.
 *
 * @returns {{ url: string | undefined }}
 */
export function buildOptions() {
  const usage = "Allowed: --url ADDRESS of the page, such as https://example.org/loom/.";
  try {
    const { values } = parseArgs({ options: { url: { type: "string" } } });
    if (values.url === undefined) return { url: undefined };
    if (!/^https?:\/\/[^\s?#]+$/.test(values.url) || !URL.canParse(values.url)) {
      throw new Error(`--url ${values.url} is not the address of a page.`);
    }
    return { url: values.url.replace(/\/*$/, "/") };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error} ${usage}`, 2);
  }
}
