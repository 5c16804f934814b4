/** Controls that a teacher's link takes off the page: `?hide=recipe,device`. */

export const HIDEABLE = ["net", "latent", "garments", "recipe", "device"] as const;
export type Hideable = (typeof HIDEABLE)[number];

export interface ReadHidden {
  readonly hidden: ReadonlySet<Hideable>;
  /** Names that no control has, and what is allowed: a sentence each. */
  readonly problems: readonly string[];
}

/** What a page's query hides; never throws. */
export function readHidden(query: string): ReadHidden {
  const given = new URLSearchParams(query).get("hide")?.split(",") ?? [];
  const names = given.map((name) => name.trim()).filter((name) => name !== "");
  const known = (name: string): name is Hideable => HIDEABLE.some((each) => each === name);
  return {
    hidden: new Set(names.filter(known)),
    problems: names
      .filter((name) => !known(name))
      .map((name) => `hide=${name.slice(0, 24)} hides nothing. Allowed: ${HIDEABLE.join(", ")}.`),
  };
}
