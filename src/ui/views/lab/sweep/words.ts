/** Words of a sweep: its name, and what its runs are called. */

import { RECIPES } from "../../../../config/recipes";
import type { Sweep } from "../../../../state/lab/sweep";
import type { PlanCount } from "../../../../state/plans";
import { numbers } from "../../../kit/format";

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`;

/** "Loom, 8 sizes, 3 seeds" */
export function sweepName({ plan }: Pick<Sweep, "plan">): string {
  const { preset, sizes, seeds } = plan;
  const { title } = RECIPES[preset];
  return `${title}, ${count(sizes.length, "size")}, ${count(seeds.length, "seed")}`;
}

/** How much of it there is. */
export const countOf = ({ tag, plan, runs }: Sweep): PlanCount => ({
  tag,
  total: plan.sizes.length * plan.seeds.length,
  done: runs.length,
  nameOf: ({ latentSize }) => numbers(latentSize),
});
