/** What a data set's description must look like, wherever it comes from: stored runs, files, manifests. */

import * as v from "valibot";
import { oneOf, text, whole } from "../checks/schema";
import { DATA_SOURCES, type DataRef, type DataSpec, MOST_CLASSES } from "./dataset";

/** Pixels down or across: what nets of a few layers and a screen can take. */
const LONGEST_SIDE = 1024;
const LONGEST_TEXT = 60;
/** Of a class. */
const MOST_IMAGES = 1e6;

/** A hash in hexadecimal fits. */
const LONGEST_ID = 80;

export const DATA_REF = v.pipe(
  text(LONGEST_ID),
  v.regex(/^[\w-]+$/, "must have letters, digits, _ and - only"),
) satisfies v.GenericSchema<unknown, DataRef>;

const name = v.pipe(text(LONGEST_TEXT), v.minLength(1, "must have a character at least"));

/** An image's shape, an entry each. */
export const SHAPE_ENTRIES = {
  height: whole({ min: 1, max: LONGEST_SIDE }),
  width: whole({ min: 1, max: LONGEST_SIDE }),
  channels: v.pipe(
    whole({ min: 1, max: 3 }),
    v.check((channels) => channels !== 2, "must be 1 or 3"),
  ),
};

const FIELDS = v.object({
  id: DATA_REF,
  title: name,
  ...SHAPE_ENTRIES,
  classNames: v.pipe(
    v.array(name, "must be a list"),
    v.minLength(1, "must have a class at least"),
    v.maxLength(MOST_CLASSES, `must be at most ${MOST_CLASSES}`),
    v.check((names) => new Set(names).size === names.length, "must be different"),
  ),
  itemName: v.exactOptional(name),
  source: oneOf(DATA_SOURCES),
  isCamera: v.exactOptional(v.boolean("must be true or false")),
  testCounts: v.exactOptional(
    v.pipe(
      v.array(whole({ min: 0, max: MOST_IMAGES }), "must be a list"),
      v.maxLength(MOST_CLASSES),
    ),
  ),
});

export const DATA_SPEC: v.GenericSchema<unknown, DataSpec> = v.pipe(
  FIELDS,
  v.check(
    ({ testCounts, classNames }) => !testCounts || testCounts.length === classNames.length,
    "has test images of other classes than its own",
  ),
);
