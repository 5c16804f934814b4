/** Workers that end by themselves: crashed, or never begun since a file of theirs could not be had. */

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
