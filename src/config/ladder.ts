/** The way from one net and its recipe to another, one change at a time. */

import type { DataSpec } from "../datasets/dataset";
import { diffNets, type NetChange } from "../nets/diff";
import { netOf } from "../nets/presets";
import { checkNet, latentSizeOf, NetError } from "../nets/summary";
import { netText } from "../nets/text";
import {
  eachOf,
  inWords,
  isSame,
  leadOf,
  ROWS,
  type RunConfig,
  SETTING_NAMES,
  type SettingPart,
} from "./config";
import { ConfigError, fitConfig } from "./config-schema";
import { lossName } from "./loss";
import { RECIPE_NAMES, type RecipeName } from "./recipes";
import { SETTINGS } from "./settings";

/** What a step changes: layers, the code's size, or settings of the recipe that belong together. */
export type LadderChange = NetChange;

export interface LadderStep {
  /** From 0, the start. */
  readonly step: number;
  /** "+ convolution block"; the start's is what it is called. */
  readonly change: string;
  /** Of the changes that are made here and were not before. */
  readonly ids: readonly string[];
  readonly config: RunConfig;
}

export interface LadderOptions {
  /** What the start is called. */
  readonly start: string;
  /** Of the images that both nets are for. */
  readonly spec: DataSpec;
  /** Ids of changes, or their beginnings, that come first, in this order; the others follow in the usual one. */
  readonly order?: readonly string[];
}

interface Way {
  /** In the usual order. */
  readonly changes: readonly LadderChange[];
  /** @throws NetError or ConfigError for what cannot be trained */
  made(ids: ReadonlySet<string>): RunConfig;
}

/**
 * The changes from one run's net and recipe to another's, in the usual order.
 *
 * @throws NetTextError and RangeError as netOf
 */
export function ladderChanges(
  from: RunConfig,
  to: RunConfig,
  spec: DataSpec,
): readonly LadderChange[] {
  return wayOf(from, to, spec).changes;
}

/**
 * The start, and a run for each change on the way to the other net; all else is as in the start.
 *
 * A change that alone gives nothing that can be trained, or nothing else than before, is made together with
 * the next one with which it does.
 * @throws RangeError for an id in the order that is no change's, and as ladderChanges
 */
export function ladderSteps(
  from: RunConfig,
  to: RunConfig,
  { start, spec, order = [] }: LadderOptions,
): readonly LadderStep[] {
  const way = wayOf(from, to, spec);
  const first = order.map((id) => named(id, way.changes));
  let waiting = [...new Set([...first, ...way.changes])];
  const steps: LadderStep[] = [{ step: 0, change: start, ids: [], config: from }];
  const made = new Set<string>();
  while (waiting.length > 0) {
    const before = steps.at(-1)?.config ?? from;
    const next = together(waiting).find((some) => {
      return isStep(way, new Set([...made, ...some.map(({ id }) => id)]), before);
    });
    // The whole of what is left makes the other net, which can be; nothing is left of equal ones.
    if (!next) break;
    for (const { id } of next) made.add(id);
    waiting = waiting.filter((change) => !next.includes(change));
    steps.push({
      step: steps.length,
      change: next.map(({ title }) => title).join(" and "),
      ids: next.map(({ id }) => id),
      config: way.made(made),
    });
  }
  return steps;
}

/** The change of that id, or the one whose id begins with it: "latent" is "latent-256". */
function named(id: string, changes: readonly LadderChange[]): LadderChange {
  const exact = changes.find((change) => change.id === id);
  const begun = changes.filter((change) => change.id.startsWith(`${id}-`));
  const change = exact ?? (begun.length === 1 ? begun[0] : undefined);
  if (change) return change;
  const ids = changes.map((each) => each.id).join(", ");
  throw new RangeError(`There is no change "${id}" between these nets. There are ${ids}.`);
}

/** The first change; it with one other; and more and more of them. */
function together(waiting: readonly LadderChange[]): readonly (readonly LadderChange[])[] {
  const [first, ...rest] = waiting;
  if (!first) return [];
  return [
    [first],
    ...rest.map((other) => [first, other]),
    ...rest.map((_, i) => waiting.slice(0, i + 2)),
  ];
}

/** Whether those changes make something that can be trained, and that is not what was there before. */
function isStep(way: Way, ids: ReadonlySet<string>, before: RunConfig): boolean {
  try {
    const config = way.made(ids);
    return SETTING_NAMES.some((name) => !isSame(name, config, before));
  } catch (error) {
    if (error instanceof NetError || error instanceof ConfigError) return false;
    throw error;
  }
}

function wayOf(from: RunConfig, to: RunConfig, spec: DataSpec): Way {
  const [first, last] = [netOf(from, spec), netOf(to, spec)];
  const nets = diffNets(first, last);
  const recipe = recipeChanges(from, to);
  return {
    changes: [...nets.changes, ...recipe.map(({ id, title }) => ({ id, title }))],
    made(ids) {
      const settings = new Set(
        recipe.filter(({ id }) => ids.has(id)).flatMap(({ names }) => names),
      );
      const config = eachOf(SETTING_NAMES, (name) => {
        return RECIPE_NAMES.some((own) => own === name && settings.has(own))
          ? to[name]
          : from[name];
      });
      return fitConfig({ ...config, ...netSettings(nets.made(ids)) }, spec);
    },
  };

  /** A net that comes with the page stays one; what lies between them is told as a text. */
  function netSettings(net: ReturnType<typeof netOf>) {
    checkNet(net);
    if (net === first) return pick(from);
    if (net === last) return pick(to);
    return { preset: from.preset, net: netText(net), latentSize: latentSizeOf(net) };
  }
}

const pick = ({ preset, net, latentSize }: RunConfig) => ({ preset, net, latentSize });

interface RecipeChange extends LadderChange {
  readonly names: readonly RecipeName[];
}

/** Settings of the recipe that differ, those of one part together; the latent size is the net's. */
function recipeChanges(from: RunConfig, to: RunConfig): readonly RecipeChange[] {
  const names = RECIPE_NAMES.filter((name) => name !== "latentSize" && !isSame(name, from, to));
  // Who waits for progress gives more epochs to wait in: they are the most that early stopping takes.
  const partOf = (name: RecipeName): SettingPart =>
    name === "epochs" && names.includes("patience") ? "patience" : SETTINGS[name].part;
  const parts = [...new Set(names.map(partOf))].sort(
    (a, b) => Number(a === "patience") - Number(b === "patience"),
  );
  return parts.map((part) => ({
    id: part === "patience" ? "stopping" : ROWS[leadOf(part)].key,
    title: partTitle(part, from, to),
    names: names.filter((name) => partOf(name) === part),
  }));
}

function partTitle(part: SettingPart, from: RunConfig, to: RunConfig): string {
  if (part === "patience") {
    if (from.patience === null && to.patience !== null) return "+ early stopping";
    if (from.patience !== null && to.patience === null) return "− early stopping";
    return "other early stopping";
  }
  if (part === "flips") return `${to.flips ? "+" : "−"} mirrored images`;
  if (part === "loss") return `loss ${lossName(to.loss)}`;
  const names = RECIPE_NAMES.filter((name) => ROWS[name].part === part && !isSame(name, from, to));
  return names.map((name) => valueWords(name, to)).join(", ");
}

/** "batch size 64"; an optimiser's settings say what they are themselves. */
function valueWords<Name extends RecipeName>(name: Name, config: RunConfig): string {
  const { label, part, type } = ROWS[name];
  const words = inWords(name, config);
  if (part === "optimizer" && words !== "") return words;
  return `${label.toLowerCase()} ${words || type.write(config[name])}`;
}
