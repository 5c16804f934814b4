/** The machine that figures were taken on. */

import { availableParallelism, cpus } from "node:os";
import * as v from "valibot";
import { text, whole } from "../../checks/schema";

export interface SystemInfo {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
}

export const SYSTEM_INFO = v.object({
  cpu: text(200),
  cores: whole({ min: 1, max: 10_000 }),
  node: text(40),
}) satisfies v.GenericSchema<unknown, SystemInfo>;

export function systemInfo(): SystemInfo {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown CPU",
    cores: availableParallelism(),
    node: process.versions.node,
  };
}

/** "AMD EPYC, 2 cores, Node 20.20.2" */
export function systemText({ cpu, cores, node }: SystemInfo): string {
  return `${cpu}, ${cores} core${cores === 1 ? "" : "s"}, Node ${node}`;
}
