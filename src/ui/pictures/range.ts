/** A part of an axis that is chosen; null where all of it is. */

export type Range = readonly [number, number];

/** Shorter drags than this share of the axis are clicks: they choose everything again. */
const CLICK = 0.01;

/** What a drag between two values chooses. */
export function dragged(begun: number, value: number, [low, high]: Range): Range | null {
  if (Math.abs(value - begun) < CLICK * (high - low)) return null;
  return [Math.min(begun, value), Math.max(begun, value)];
}

/** The range after a key at one of its ends; undefined for keys that do nothing. */
export function afterKey(
  key: string,
  end: 0 | 1,
  range: Range,
  limits: Range,
  step: number,
): Range | null | undefined {
  if (key === "Escape") return null;
  const moves: Record<string, number> = {
    ArrowLeft: range[end] - step,
    ArrowDown: range[end] - step,
    ArrowRight: range[end] + step,
    ArrowUp: range[end] + step,
    PageDown: range[end] - 5 * step,
    PageUp: range[end] + 5 * step,
    Home: limits[0],
    End: limits[1],
  };
  const moved = moves[key];
  if (moved === undefined) return undefined;
  const [low, high] = limits;
  const next: [number, number] = [range[0], range[1]];
  // An end stops at the other one.
  next[end] =
    end === 0
      ? Math.max(low, Math.min(moved, range[1]))
      : Math.min(high, Math.max(moved, range[0]));
  return next[0] <= low && next[1] >= high ? null : next;
}
