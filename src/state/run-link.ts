/** Runs that a link points to, on their way from some server. */

import { MOST_FILE_BYTES } from "../storage/record";
import { refused } from "./files";

/** How a run of a link is called where it is refused. */
export const LINKED_RUN = "The run of this link";

export interface Arrival {
  /** Whose server it comes from: "example.org". */
  readonly host: string;
  readonly loadedBytes: number;
  /** Null where the server does not say. */
  readonly totalBytes: number | null;
}

export interface FetchOptions {
  /** Ends it: the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Hears of it before the first byte, and after each chunk. */
  readonly onProgress: (arrival: Arrival) => void;
  /** Milliseconds without a byte after which the server has stopped answering. */
  readonly silence?: number;
  /** Milliseconds for all of it: at 3 Mbit a second the largest file takes 9 minutes. */
  readonly most?: number;
}

const SILENCE = 20_000;
const MOST = 600_000;

/**
 * Fetches a run file, from this page's server or one that allows it.
 *
 * @throws StorageError that says why not
 */
export async function fetchRunFile(
  address: string,
  base: string,
  { signal, onProgress, silence = SILENCE, most = MOST }: FetchOptions,
): Promise<Blob> {
  let url: URL;
  try {
    url = new URL(address, base);
  } catch {
    throw refused(LINKED_RUN, "its address is none.");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw refused(LINKED_RUN, "its address must begin with https:.");
  }
  const limit = new AbortController();
  const { host } = url;
  const end = (why: string) => limit.abort(refused(LINKED_RUN, why));
  const cancel = () => limit.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener("abort", cancel);
  const deadline = setTimeout(
    () => end(`${host} took more than ${most / 60_000} minutes to send it.`),
    most,
  );
  let silent: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(silent);
    silent = setTimeout(() => end(`${host} sent nothing for ${silence / 1000} seconds.`), silence);
  };
  try {
    heard();
    onProgress({ host, loadedBytes: 0, totalBytes: null });
    return await download(url, limit.signal, (loadedBytes, totalBytes) => {
      heard();
      onProgress({ host, loadedBytes, totalBytes });
    });
  } catch (error) {
    // A body that is ended in the middle may say so in the browser's own words.
    throw limit.signal.aborted ? limit.signal.reason : error;
  } finally {
    clearTimeout(silent);
    clearTimeout(deadline);
    signal.removeEventListener("abort", cancel);
  }
}

async function download(
  url: URL,
  signal: AbortSignal,
  onBytes: (loaded: number, total: number | null) => void,
): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "omit", mode: "cors", signal });
  } catch {
    throw refused(
      LINKED_RUN,
      `${url.host} does not answer, or does not allow other pages to read it.`,
    );
  }
  if (!response.ok || !response.body) {
    throw refused(LINKED_RUN, `${url.host} answers with ${response.status}.`);
  }
  const total = totalOf(response);
  // A server may say any length, or none: what arrives is counted.
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await next(reader, url);
    if (done) return new Blob(chunks);
    bytes += value.length;
    if (bytes > MOST_FILE_BYTES) {
      await reader.cancel();
      throw refused(LINKED_RUN, `it has over ${MOST_FILE_BYTES / 1e6} MB, more than any run.`);
    }
    chunks.push(value);
    onBytes(bytes, total);
  }
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>, { host }: URL) {
  try {
    return await reader.read();
  } catch {
    throw refused(LINKED_RUN, `the connection to ${host} broke off.`);
  }
}

/** What the body will have; a compressed one has more than the header says. */
function totalOf({ headers }: Response): number | null {
  const length = Number(headers.get("Content-Length"));
  return length > 0 && headers.get("Content-Encoding") === null ? length : null;
}
