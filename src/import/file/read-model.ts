import type { ImportProblem } from "../problems";
import type { Topology } from "../topology";
import type { Compiled } from "./compiled";
import type { StoredMoments } from "./moments";
import type { StoredArrays } from "./stored";

/** What a file says, before anybody has chosen what it means. */
export interface ReadModel {
  readonly path: string;
  /** Null where problems leave nothing of it. */
  readonly topology: Topology | null;
  readonly stored: StoredArrays;
  readonly compiled: Compiled;
  /** Of the optimiser that it was compiled with; null where the file has none that there is a form of here. */
  readonly moments: StoredMoments | null;
  readonly problems: readonly ImportProblem[];
}
