/** A worker as it is seen by who started it, and how it ends by itself. */

/** What is needed of a Worker, so that tests can do without one. */
export interface WorkerLike<Sent, Received> {
  postMessage(message: Sent, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<Received>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}

/** What Chromium, Firefox and WebKit say of a module that could not be fetched. */
const NOT_FETCHED = /dynamically imported module|importing a module script failed/i;

/**
 * Whether a worker's script, or one that it imports, could not be had: browsers then tell nothing.
 *
 * @param message of the error event, which may be none
 * @param hasSpoken whether the worker has ever sent a message
 */
export function isNotLoaded(message: string | undefined, hasSpoken: boolean): boolean {
  return message ? NOT_FETCHED.test(message) : !hasSpoken;
}

/** What became of it, in a sentence without its full stop. */
export function endOfWorker(name: string, message: string | undefined, hasSpoken: boolean): string {
  if (isNotLoaded(message, hasSpoken)) return `${name} could not be loaded from the server`;
  return `${name} crashed: ${message || "the browser does not say why"}`;
}
