/**
 * A client of WebDriver (https://www.w3.org/TR/webdriver2/), as much as our tests need of it.
 *
 * WebKit's driver speaks it over HTTP. Firefox's own end of it, Marionette, has the same commands
 * with the same parameters over a socket: geckodriver, which Debian does not have, only passes them
 * on. So one client drives both.
 */

import { connect, type Socket } from "node:net";

/** Marionette's names of commands; over HTTP, method and path within the session. */
const COMMANDS = {
  DeleteSession: ["DELETE", ""],
  ElementClick: ["POST", "/element/{id}/click"],
  ExecuteAsyncScript: ["POST", "/execute/async"],
  Navigate: ["POST", "/url"],
  NewSession: ["POST", ""],
  Refresh: ["POST", "/refresh"],
  SetTimeouts: ["POST", "/timeouts"],
  SetWindowRect: ["POST", "/window/rect"],
  TakeScreenshot: ["GET", "/screenshot"],
} as const;

export type Command = keyof typeof COMMANDS;

/** Sends a command; what comes back is the command's value, unwrapped. */
export type Send = (command: Command, parameters?: Record<string, unknown>) => Promise<unknown>;

interface Refusal {
  /** "element click intercepted" … */
  readonly error: string;
  readonly message: string;
}

const refused = (command: Command, { error, message }: Refusal) =>
  new Error(`${command}: ${error}: ${message}`);

/** @param address of the driver, such as "http://127.0.0.1:4444" */
export function overHttp(address: string): Send {
  let session = "";
  return async (command, parameters = {}) => {
    const [method, path] = COMMANDS[command];
    const place = path.replace(/\{(\w+)\}/, (_, key) => String(parameters[key]));
    const response = await fetch(`${address}/session${session && `/${session}`}${place}`, {
      method,
      ...(method === "POST" ? { body: JSON.stringify(parameters) } : {}),
    });
    const { value } = (await response.json()) as { value: never };
    if (!response.ok) throw refused(command, value);
    if (command === "NewSession") session = (value as { sessionId: string }).sessionId;
    return value;
  };
}

type Answer = [1, number, Refusal | null, { value?: unknown }];

/** @param port where Firefox listens, once it does */
export async function overMarionette(port: number): Promise<Send> {
  const socket = await connected(port);
  const waiting = new Map<number, (answer: Answer) => void>();
  let sent = 0;
  let unread = Buffer.alloc(0);
  socket.on("data", (bytes) => {
    unread = Buffer.concat([unread, bytes]);
    for (;;) {
      // A message is its length in bytes, a colon, and JSON.
      const colon = unread.indexOf(":");
      const end = colon + 1 + Number(unread.subarray(0, colon));
      if (colon < 0 || unread.length < end) return;
      const message = JSON.parse(unread.subarray(colon + 1, end).toString());
      unread = unread.subarray(end);
      // The first one is a greeting.
      if (Array.isArray(message)) waiting.get(message[1])?.(message as Answer);
    }
  });
  return (command, parameters = {}) =>
    new Promise((resolve, reject) => {
      const id = ++sent;
      const lost = () => reject(new Error(`${command}: Firefox has closed the connection.`));
      socket.once("close", lost);
      waiting.set(id, ([, , error, answer]) => {
        socket.off("close", lost);
        waiting.delete(id);
        if (error) reject(refused(command, error));
        else resolve(answer && "value" in answer ? answer.value : answer);
      });
      const text = JSON.stringify([0, id, `WebDriver:${command}`, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.setMaxListeners(0);
    socket.once("error", reject);
    socket.once("connect", () => resolve(socket));
  });
}
