/** A progress bar on a terminal; a line now and then where there is none, as in a log file. */

/** The part of `process.stderr` that a bar needs. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

export interface Progress {
  /** @param fraction done so far, 0 to 1 */
  update(fraction: number, text: string): void;
  /** Takes the bar away and leaves a line, if there is something to say. */
  finish(text?: string): void;
}

const BAR_CELLS = 24;
/** Terminals are redrawn at most 10 times a second, logs get a line every 10 seconds. */
const REDRAW_MS = 100;
const LINE_MS = 10_000;
const CLEAR_LINE = "\r\u001b[K";

export function createProgress(
  stream: ProgressStream = process.stderr,
  now: () => number = () => performance.now(),
): Progress {
  const onTerminal = stream.isTTY === true && process.env.TERM !== "dumb";
  let last = onTerminal ? Number.NEGATIVE_INFINITY : now();
  let drawn = false;

  return {
    update(fraction, text) {
      const time = now();
      if (time - last < (onTerminal ? REDRAW_MS : LINE_MS)) return;
      last = time;
      if (!onTerminal) {
        stream.write(`${percent(fraction)} ${text}\n`);
        return;
      }
      const line = `${bar(fraction)} ${percent(fraction)} ${text}`;
      // A line that wraps could not be cleared again.
      stream.write(CLEAR_LINE + line.slice(0, Math.max(20, (stream.columns ?? 80) - 1)));
      drawn = true;
    },
    finish(text) {
      if (drawn) stream.write(CLEAR_LINE);
      drawn = false;
      if (text) stream.write(`${text}\n`);
    },
  };
}

function bar(fraction: number): string {
  const filled = Math.round(clamp(fraction) * BAR_CELLS);
  return "█".repeat(filled) + "░".repeat(BAR_CELLS - filled);
}

function percent(fraction: number): string {
  return `${Math.floor(clamp(fraction) * 100)}%`.padStart(4);
}

function clamp(fraction: number): number {
  return Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
}
