/** Changes of a set's classes that are not saved yet. */

import type { NewClass, OwnData } from "../../../../datasets/own-data";
import { OWN_DATA_LIMITS } from "../../../../datasets/proposal";

/** A class as it would be. */
export interface Group {
  /** Ids of the classes whose images it has, ascending. */
  readonly of: readonly number[];
  readonly name: string;
  /** Its images are to be left out. */
  readonly isOut: boolean;
}

export const groupsOf = ({ spec }: OwnData): readonly Group[] =>
  spec.classNames.map((name, id) => ({ of: [id], name, isOut: false }));

/** The place of a group among others: its first class. */
export const keyOf = ({ of }: Group): number => of[0] ?? -1;

const changed = (groups: readonly Group[], key: number, change: Partial<Group>): readonly Group[] =>
  groups.map((group) => (keyOf(group) === key ? { ...group, ...change } : group));

export const renamed = (groups: readonly Group[], key: number, name: string): readonly Group[] =>
  changed(groups, key, { name });

export const leftOut = (groups: readonly Group[], key: number, isOut: boolean): readonly Group[] =>
  changed(groups, key, { isOut });

/** One group of several, in the first one's place and by its name. */
export function merged(groups: readonly Group[], keys: ReadonlySet<number>): readonly Group[] {
  const chosen = groups.filter((group) => keys.has(keyOf(group)));
  const [first] = chosen;
  if (!first) return groups;
  const of = chosen.flatMap((group) => group.of).sort((a, b) => a - b);
  const whole = { of, name: first.name, isOut: false };
  return groups
    .flatMap((group) => (group === first ? [whole] : chosen.includes(group) ? [] : [group]))
    .sort((a, b) => keyOf(a) - keyOf(b));
}

/** A merged group's classes one by one again. */
export const split = (groups: readonly Group[], key: number, { spec }: OwnData): readonly Group[] =>
  groups
    .flatMap((group) =>
      keyOf(group) === key
        ? group.of.map((id) => ({ of: [id], name: spec.classNames[id] ?? "", isOut: false }))
        : [group],
    )
    .sort((a, b) => keyOf(a) - keyOf(b));

export const imagesOf = ({ of }: Group, { counts }: OwnData): number =>
  of.reduce((sum, id) => sum + (counts[id] ?? 0), 0);

/** What they would be saved as. */
export const newClasses = (groups: readonly Group[]): readonly NewClass[] =>
  groups.filter(({ isOut }) => !isOut).map(({ name, of }) => ({ name: name.trim(), of }));

export function isChanged(groups: readonly Group[], set: OwnData): boolean {
  return JSON.stringify(groups) !== JSON.stringify(groupsOf(set));
}

/** Why they cannot be saved, one sentence; null where they can. */
export function groupsProblem(groups: readonly Group[], set: OwnData): string | null {
  const kept = groups.filter(({ isOut }) => !isOut);
  const names = kept.map(({ name }) => name.trim());
  if (names.includes("")) return "Every class needs a name.";
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return `Two classes are called ${twice}: merge them, or rename one.`;
  const left = kept.reduce((sum, group) => sum + imagesOf(group, set), 0);
  return tooFew(left);
}

/** Why no data set may be left with so many images; null where it may. */
export function tooFew(left: number): string | null {
  const { min } = OWN_DATA_LIMITS.images;
  return left >= min ? null : `${left} images would be left, and training takes ${min} at least.`;
}
