/** A file over HTTP, neither larger nor slower than it can be. */

import { CommandError } from "../errors";

/** For all files of a source: they come at 275 kbit/s within it. */
export const MOST_MINUTES = 15;
/** Seconds without a byte after which a server has gone, and over which its speed is taken. */
const WINDOW_SECONDS = 20;
/** Bytes a second under which it is not worth waiting: the files would take 50 minutes. */
const SLOWEST = 10_000;

/** What Node's fetch says of a network in trouble, as the end of a sentence. */
const TROUBLES: Readonly<Record<string, string>> = {
  ENOTFOUND: "its name is not known: is there a network?",
  EAI_AGAIN: "its name cannot be looked up: is there a network?",
  ENETUNREACH: "there is no network",
  EHOSTUNREACH: "it cannot be reached",
  ECONNREFUSED: "it refuses the connection",
  ECONNRESET: "the connection broke off",
  EPIPE: "the connection broke off",
  UND_ERR_SOCKET: "the connection broke off",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer",
  UND_ERR_HEADERS_TIMEOUT: "it does not answer",
  UND_ERR_BODY_TIMEOUT: "it sends nothing more",
  ETIMEDOUT: "it does not answer",
};

/**
 * The file at an address.
 *
 * @param mostBytes of its body
 * @param until on the clock of performance.now: then it ends, wherever it is
 * @param onBytes hears how many bytes have come since the last time
 * @throws CommandError that says why it could not be had
 */
export async function download(
  get: typeof fetch,
  address: string,
  mostBytes: number,
  until: number,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array> {
  const control = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    control.signal.addEventListener("abort", () => reject(control.signal.reason));
  });
  ended.catch(() => {});
  const end = (reason: string) => control.abort(new CommandError(reason));
  const overdue = setTimeout(
    () => end(`it takes over ${MOST_MINUTES} minutes`),
    until - performance.now(),
  );
  let recent = 0;
  const watch = setInterval(() => {
    if (recent === 0) end(`no byte came for ${WINDOW_SECONDS} s`);
    else if (recent < WINDOW_SECONDS * SLOWEST) {
      end(`it is too slow: ${(recent / WINDOW_SECONDS / 1000).toFixed(1)} kB a second`);
    }
    recent = 0;
  }, WINDOW_SECONDS * 1000);
  const tooLarge = () =>
    new CommandError(
      `${new URL(address).pathname.split("/").at(-1)} has over ${(mostBytes / 1e6).toFixed(0)} MB, more than the data set's files`,
    );
  try {
    const response = await Promise.race([get(address, { signal: control.signal }), ended]);
    if (!response.ok || !response.body) {
      throw new CommandError(`its server answers with ${response.status}`);
    }
    if (Number(response.headers.get("Content-Length")) > mostBytes) throw tooLarge();
    const reader = response.body.getReader();
    const pieces: Uint8Array[] = [];
    let received = 0;
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), ended]);
      if (done) return Buffer.concat(pieces);
      received += value.length;
      recent += value.length;
      if (received > mostBytes) throw tooLarge();
      pieces.push(value);
      onBytes(value.length);
    }
  } catch (error) {
    throw error instanceof CommandError ? error : new CommandError(troubleOf(error));
  } finally {
    clearInterval(watch);
    clearTimeout(overdue);
    // What is left of the body is not wanted.
    control.abort();
  }
}

/** `fetch` hides the reason in its error's cause. */
function troubleOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (/CERT|SSL|TLS/.test(code)) return `its certificate is not to be trusted (${code})`;
  return TROUBLES[code] ?? `it cannot be reached (${code || "for no reason that is known"})`;
}
