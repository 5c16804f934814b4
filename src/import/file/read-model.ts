import type { ImportProblem } from "../problems";
import type { Topology } from "../topology";
import type { Compiled } from "./compiled";
import type { StoredArrays } from "./stored";

/** What a file says, before anybody has chosen what it means. */
export interface ReadModel {
  readonly path: string;
  /** Null where problems leave nothing of it. */
  readonly topology: Topology | null;
  readonly stored: StoredArrays;
  readonly compiled: Compiled;
  readonly problems: readonly ImportProblem[];
}
