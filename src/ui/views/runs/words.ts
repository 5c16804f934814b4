/** What a run is and when it was, in a few words. */

import type { RunConfig } from "../../../config/config";
import { configFor } from "../../../config/recipes";
import { changesInWords } from "../../kit/recipe/changes";

/** What of its settings is not as its preset's recipe has it; size, seed and device stand elsewhere. */
export function differences(config: RunConfig, classNames?: readonly string[]): readonly string[] {
  const { preset, latentSize, seed, device, threads } = config;
  return changesInWords(
    configFor(preset, { latentSize, seed, device, threads }),
    config,
    classNames,
  );
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** "just now", "12 min ago", "3 h ago", else the day. */
export function when(time: number, now: number): string {
  const ago = now - time;
  if (ago < MINUTE) return "just now";
  if (ago < 60 * MINUTE) return `${Math.floor(ago / MINUTE)} min ago`;
  if (ago < DAY) return `${Math.floor(ago / (60 * MINUTE))} h ago`;
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  const year = sameYear ? {} : ({ year: "numeric" } as const);
  return new Date(time).toLocaleDateString("en", { day: "numeric", month: "short", ...year });
}

/** 312_000_000 → "312 MB". */
export function bytes(count: number): string {
  if (count >= 1e12) return `${(count / 1e12).toFixed(1)} TB`;
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} GB`;
  if (count >= 1e6) return `${Math.round(count / 1e6)} MB`;
  return `${Math.ceil(count / 1e3)} kB`;
}
