/** The data sets that page and command line can load: each has a folder of its id in `public/data/`. */

import type { DataRef, DataSource, DataSpec } from "./dataset";
import { FASHION_MNIST, SYNTHETIC_GARMENTS } from "./fashion-mnist";

export const DATA_SETS: readonly DataSpec[] = [FASHION_MNIST];

/** Finds what a data set is; undefined for one that is not at hand. */
export type Catalogue = (ref: DataRef) => DataSpec | undefined;

export const builtIn: Catalogue = (ref) => DATA_SETS.find(({ id }) => id === ref);

/** The same catalogue with what else is at hand, which comes first. */
export const catalogueWith =
  (spec: DataSpec | undefined): Catalogue =>
  (ref) =>
    ref === spec?.id ? spec : builtIn(ref);

/** For people: which data set is not at hand, and which are. */
export function notHere(ref: DataRef): string {
  const known = DATA_SETS.map(({ id }) => id).join(", ");
  return `The data set is ${ref}, which is not loaded here; there is ${known}.`;
}

/** @throws RangeError for a data set that is not at hand */
export function specFor(ref: DataRef, catalogue: Catalogue = builtIn): DataSpec {
  const spec = catalogue(ref);
  if (spec) return spec;
  throw new RangeError(notHere(ref));
}

/** What a run's images are called: its data set, or what is drawn by code in its place. */
export function dataTitle(
  ref: DataRef,
  source: DataSource,
  catalogue: Catalogue = builtIn,
): string {
  if (source === SYNTHETIC_GARMENTS.source) return SYNTHETIC_GARMENTS.title;
  return catalogue(ref)?.title ?? ref;
}

/** "T-shirt/top, Trouser": names of a data set's classes; their ids where it is not at hand. */
export function classList(
  ref: DataRef,
  classes: readonly number[],
  catalogue: Catalogue = builtIn,
): string {
  const names = catalogue(ref)?.classNames ?? [];
  return classes.map((id) => names[id] ?? `class ${id}`).join(", ");
}
