/** What a data set's description must look like, wherever it comes from: stored runs, files, manifests. */

import * as v from "valibot";
import { oneOf, text, whole } from "../checks/schema";
import { DATA_SOURCES, type DataSpec, MOST_CLASSES } from "./dataset";

/** Pixels down or across: what nets of a few layers and a screen can take. */
const LONGEST_SIDE = 1024;
const LONGEST_TEXT = 60;

const name = v.pipe(text(LONGEST_TEXT), v.minLength(1, "must have a character at least"));

export const DATA_SPEC = v.object({
  id: v.pipe(name, v.regex(/^[\w-]+$/, "must have letters, digits, _ and - only")),
  title: name,
  height: whole({ min: 1, max: LONGEST_SIDE }),
  width: whole({ min: 1, max: LONGEST_SIDE }),
  channels: v.pipe(
    whole({ min: 1, max: 3 }),
    v.check((channels) => channels !== 2, "must be 1 or 3"),
  ),
  classNames: v.pipe(
    v.array(name, "must be a list"),
    v.minLength(1, "must have a class at least"),
    v.maxLength(MOST_CLASSES, `must be at most ${MOST_CLASSES}`),
    v.check((names) => new Set(names).size === names.length, "must be different"),
  ),
  source: oneOf(DATA_SOURCES),
}) satisfies v.GenericSchema<unknown, DataSpec>;
