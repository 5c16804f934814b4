/** The data set as a setting. */

import * as v from "valibot";
import { DATA_SETS } from "../datasets/catalogue";
import type { DataRef } from "../datasets/dataset";
import { DATA_REF } from "../datasets/spec-schema";
import type { TextType } from "./value-types";

const IDS = DATA_SETS.map(({ id }) => id);

/** A data set by its id; whether it is at hand is for those to say who load it. */
export const DATA_TYPE: TextType<DataRef> = {
  kind: "text",
  allowed: `the id of a data set: ${IDS.join(", ")}`,
  hasOwnText: false,
  placeholder: "ID",
  schema(subject, images) {
    const ref = v.pipe(
      v.string(`${subject} must be the id of a data set.`),
      v.check(
        (id) => v.is(DATA_REF, id),
        `${subject} must be an id of letters, digits, _ and - only.`,
      ),
    );
    if (!images) return ref;
    return v.pipe(
      ref,
      v.check(
        (id) => id === images.id,
        ({ input }) => `${subject} is ${input}, and these images are ${images.title}'s.`,
      ),
    );
  },
  write: (id) => id,
  read: (text) => text,
  isSame: Object.is,
};
