/** A host that has files and nothing else, in a folder of it: it can be deployed to anew, and go away. */

import { readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
const PLACE = "/class/loom/";

export interface Sent {
  /** From the page's folder: "" is the page itself. */
  readonly path: string;
  readonly status: number;
  /** Of its body. */
  readonly bytes: number;
  /** Whether all of it went out. */
  isWhole: boolean;
}

export class StaticHost {
  /** Every answer since the last deployment, in the order they were asked for. */
  readonly sent: Sent[] = [];
  #folder: string;
  readonly #headers: Readonly<Record<string, string>>;
  #server: Server | null = null;
  #port = 0;

  private constructor(folder: string, headers: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#headers = headers;
  }

  /** @param headers go with every answer; a plain host has none */
  static async open(
    folder: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<StaticHost> {
    const host = new StaticHost(folder, headers);
    await host.comeBack();
    return host;
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}${PLACE}`;
  }

  /** Has another build from now on, and nothing of the last one. */
  deploy(folder: string): void {
    this.#folder = folder;
    this.sent.length = 0;
  }

  /** Answers nobody, as where there is no network. */
  async goAway(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    await new Promise<void>((resolve) => {
      if (!server) return resolve();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  async comeBack(): Promise<void> {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? "", "http://host").pathname.replace(PLACE, "");
      let bytes: Buffer | null = null;
      let tag = "";
      try {
        const file = join(this.#folder, path === "" ? "index.html" : path);
        const { mtimeMs, size } = statSync(file);
        tag = `"${Math.floor(mtimeMs)}-${size}"`;
        bytes = readFileSync(file);
      } catch {
        // A folder is none, either.
      }
      const status = !bytes ? 404 : request.headers["if-none-match"] === tag ? 304 : 200;
      const body = status === 200 && request.method === "GET" ? bytes! : Buffer.alloc(0);
      const sent: Sent = { path, status, bytes: body.length, isWhole: false };
      this.sent.push(sent);
      response.on("finish", () => {
        sent.isWhole = true;
      });
      response.writeHead(status, {
        ...this.#headers,
        ...(bytes ? { ETag: tag } : {}),
        "Content-Type": TYPES[extname(path) || ".html"] ?? "application/octet-stream",
      });
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }
}
