/** Numbers as people read them; everything set in tabular numerals. */

import type { ImageShape } from "../../math/image-set";
import type { Stop } from "../../state/stopped";

const WHOLE = new Intl.NumberFormat("en");

/** 11200 → "11,200". */
export const whole = (value: number): string => WHOLE.format(Math.round(value));

/** 1 → "1 number", 128 → "128 numbers": the size of a code. */
export const numbers = (size: number): string =>
  size === 1 ? "1 number" : `${whole(size)} numbers`;

/** "at step 31 of 440" */
export const stopPlace = ({ step, of }: Stop): string => `at step ${whole(step)} of ${whole(of)}`;

/** Losses differ in the fourth digit: 0.24078 → "0.2408". */
export const loss = (value: number): string => value.toFixed(4);

/** SSIM to three digits, as in the write-up: 0.91298 → "0.913". */
export const ssim = (value: number): string => value.toFixed(3);

/** Differences of SSIM and losses: "+0.0123", "−0.0040", "0.0000". */
export function signed(value: number): string {
  const digits = Math.abs(value).toFixed(4);
  return Number(digits) === 0 ? digits : `${value > 0 ? "+" : "−"}${digits}`;
}

/** 412.3 → "412", 38.21 → "38.2": three digits where there are three. */
export const rate = (value: number): string =>
  value >= 100 ? whole(value) : value.toFixed(value >= 10 ? 1 : 2);

/** Distances between codes, small where codes have few numbers: 2.304 → "2.30", 0.000214 → "0.00021". */
export const distance = (value: number): string =>
  value >= 0.1 || value === 0 ? value.toFixed(2) : String(Number(value.toPrecision(2)));

const SMALL = [
  "no",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];

/** A count in a sentence: "ten", and "47" from thirteen on. */
export const inLetters = (count: number): string => SMALL[count] ?? whole(count);

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A learning rate to three digits: 0.001 → "0.001", 0.00004213 → "4.21 · 10⁻⁵". */
export function learningRate(value: number): string {
  if (value >= 0.0001 || value === 0) return String(Number(value.toPrecision(3)));
  const [digits = "", exponent = ""] = value.toExponential(2).split("e-");
  const raised = Array.from(exponent, (digit) => RAISED[Number(digit)]).join("");
  return `${Number(digits)} · 10⁻${raised}`;
}

/** 3725 → "1 h 02 min", 312 → "5 min 12 s", 9.2 → "9 s". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
}

/** 1628961 → "1.63 M", 803008 → "803 k", 9248 → "9.2 k". */
export function compact(value: number): string {
  if (value >= 99_950 && value < 1e6) return `${Math.round(value / 1000)} k`;
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  return value >= 1000 ? `${(value / 1000).toFixed(1)} k` : String(value);
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

/** "8 × 8, grey", "64 × 64, in colour" */
export const shapeWords = ({ height, width, channels }: ImageShape): string =>
  `${height} × ${width}, ${channels === 1 ? "grey" : "in colour"}`;

/** "1 image", "1,797 images" */
export const images = (count: number): string =>
  count === 1 ? "1 image" : `${whole(count)} images`;
