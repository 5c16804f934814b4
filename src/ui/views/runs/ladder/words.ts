/** A ladder in words, and as the bars of its charts. */

import { type LadderRow, verdict } from "../../../../report/ladder";
import type { Ladder } from "../../../../state/ladder/ladder";
import type { WaterfallBar, WaterfallStep } from "../../../charts/Waterfall";
import { loss, signed, ssim } from "../../../kit/format";

/** "Published baseline → Published modified net, 3 seeds" */
export const ladderName = ({ from, to, seeds }: Ladder): string =>
  `${from} → ${to}, ${seeds.length === 1 ? "1 seed" : `${seeds.length} seeds`}`;

const LIST = new Intl.ListFormat("en", { type: "conjunction" });

/** What each change brought, in a sentence for each way that it can go; empty before the first. */
export function outcome(rows: readonly LadderRow[]): string {
  const changes = rows.filter(({ difference }) => difference !== null);
  const of = (wanted: string) => changes.filter((row) => verdict(row) === wanted);
  const listed = (some: readonly LadderRow[], hasFigure: boolean) =>
    LIST.format(
      some.map(({ change, difference }) =>
        hasFigure ? `${change} (${signed(difference?.ssimWriteup ?? 0)})` : change,
      ),
    );
  const [better, worse, chance] = [of("better"), of("worse"), of("nothing that chance does not")];
  return [
    better.length > 0 ? `SSIM rose with ${listed(better, true)}.` : "",
    worse.length > 0
      ? `${better.length > 0 ? "It" : "SSIM"} fell with ${listed(worse, true)}.`
      : "",
    chance.length > 0 ? `Nothing that chance does not: ${listed(chance, false)}.` : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** Both charts' bars: SSIM by the write-up's protocol, and the validation loss. */
export function ssimSteps(ladder: Ladder, rows: readonly LadderRow[]): WaterfallStep[] {
  return stepsWith(ladder, rows, (row) => {
    const { difference, ssimWriteup: to } = row;
    if (!difference) return { value: ssim(to), bar: { ...row, from: null, to, isSure: null } };
    const from = to - difference.ssimWriteup;
    return {
      value: signed(difference.ssimWriteup),
      bar: {
        from,
        to,
        overSeeds: moved(difference.overSeeds, from),
        overImages: moved(difference.overImages, from),
        isSure: !difference.isChance,
      },
    };
  });
}

export function lossSteps(ladder: Ladder, rows: readonly LadderRow[]): WaterfallStep[] {
  return stepsWith(ladder, rows, (row) => {
    const { lossDifference, validationLoss: to, validationLossOverSeeds } = row;
    const overImages = null;
    if (!lossDifference) {
      const overSeeds = validationLossOverSeeds;
      const other = row.step > 0 && row.difference ? ", another loss" : "";
      return {
        value: `${loss(to)}${other}`,
        bar: { from: null, to, overSeeds, overImages, isSure: null },
      };
    }
    const from = to - lossDifference.validationLoss;
    const { overSeeds } = lossDifference;
    return {
      value: signed(lossDifference.validationLoss),
      bar: {
        from,
        to,
        overSeeds: moved(overSeeds, from),
        overImages,
        isSure: overSeeds && (overSeeds[0] > 0 || overSeeds[1] < 0),
      },
    };
  });
}

type Bounds = NonNullable<WaterfallBar["overSeeds"]>;

const moved = (bounds: Bounds | null, by: number): Bounds | null =>
  bounds && [bounds[0] + by, bounds[1] + by];

function stepsWith(
  { steps }: Ladder,
  rows: readonly LadderRow[],
  barOf: (row: LadderRow) => { readonly value: string; readonly bar: WaterfallBar },
): WaterfallStep[] {
  return steps.map(({ change: label }, step) => {
    const row = rows.find((each) => each.step === step);
    return row ? { label, ...barOf(row) } : { label, value: "", bar: null };
  });
}

/** For those who cannot see the bars. */
export function summaryOf(title: string, steps: readonly WaterfallStep[]): string {
  const there = steps.filter(({ bar }) => bar !== null);
  const words = there.map(({ label, value, bar }) =>
    bar?.isSure === false ? `${label} ${value}, no more than chance` : `${label} ${value}`,
  );
  return `${title}, step by step: ${words.join("; ") || "none yet"}.`;
}
