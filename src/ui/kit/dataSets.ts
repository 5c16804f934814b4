/** Which data set the form is for, and how it is chosen. */

import { DEFAULT_CONFIG, type RunConfig } from "../../config/config";
import type { DataSpec } from "../../datasets/dataset";

type DataChoice = Pick<RunConfig, "data" | "classes">;

/** All classes of a data set. */
export const allClasses = ({ id, classNames }: DataSpec): DataChoice => ({
  data: id,
  classes: classNames.map((_, classId) => classId),
});

/** What a data set begins with: the one that the page begins with has a few of its classes, others all. */
export const firstClasses = (spec: DataSpec): DataChoice =>
  spec.id === DEFAULT_CONFIG.data
    ? { data: spec.id, classes: DEFAULT_CONFIG.classes }
    : allClasses(spec);
