/** Controls that a teacher's link takes off the page: `?hide=recipe,device`. */

import { someOf } from "./quoted";

export const HIDEABLE = ["net", "latent", "garments", "recipe", "device"] as const;
export type Hideable = (typeof HIDEABLE)[number];

export interface ReadHidden {
  readonly hidden: ReadonlySet<Hideable>;
  /** Names that no control has, and what is allowed: a sentence for all. */
  readonly problems: readonly string[];
}

/** What a page's query hides; never throws. */
export function readHidden(query: string): ReadHidden {
  const given = new URLSearchParams(query).get("hide")?.split(",") ?? [];
  const names = given.map((name) => name.trim()).filter((name) => name !== "");
  const known = (name: string): name is Hideable => HIDEABLE.some((each) => each === name);
  const unknown = [...new Set(names.filter((name) => !known(name)))];
  return {
    hidden: new Set(names.filter(known)),
    problems:
      unknown.length === 0
        ? []
        : [`hide=${someOf(unknown)} hides nothing. Allowed: ${HIDEABLE.join(", ")}.`],
  };
}
