/** The net of the form as it is changed layer by layer, with all that can be undone. No React. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { eachOf, type RunConfig } from "../config/config";
import { isFitting } from "../config/config-schema";
import { netProblem, traitsOf } from "../config/net";
import type { ImageShape } from "../math/image-set";
import { type DraftProblem, draftOf, type NetDraft, netOfDraft, problemOf } from "../nets/edit";
import { type NetChoice, netOf, presetNet } from "../nets/presets";
import { latentSizeOf, NetError } from "../nets/summary";
import { NetTextError, netText, parseNet } from "../nets/text";
import type { App } from "./app";
import { formSpec } from "./state";

/** What is minimised where a net has no sigmoid for cross-entropy. */
const SQUARED_ERROR = { meanSquaredError: 1 } as const;
/** Settings that go with a net. */
const CHOSEN = ["preset", "latentSize", "net", "netName", "loss"] as const;
/** Further back nobody goes. */
const MOST_STEPS = 200;

/** A net as it was at some moment, and what of the settings goes with it. */
interface Moment {
  readonly draft: NetDraft;
  /** What the settings have: of a draft that is no net, the last one that was. */
  readonly chosen: Pick<RunConfig, (typeof CHOSEN)[number]>;
}

export interface NetEditorState extends Moment {
  /** Why the draft is no net, and is not trained; null where it is one. */
  readonly problem: DraftProblem | null;
  /** Oldest first. */
  readonly past: readonly Moment[];
  /** The next one first. */
  readonly future: readonly Moment[];
}

export interface NetEditor {
  readonly state: StoreApi<NetEditorState>;
  /** Takes the draft; where it is a net, the form has it. */
  edit(draft: NetDraft): void;
  undo(): void;
  redo(): void;
  /** Takes a net's text, as one's own. @throws NetTextError */
  take(text: string): void;
  dispose(): void;
}

export function createNetEditor({
  store,
  change,
  draft: draw,
}: Pick<App, "store" | "change" | "draft">): NetEditor {
  /** Whether the newest moment came of the rest of the page, such as the slider of the latent size. */
  let isFromOutside = true;
  const image = (): ImageShape => {
    const { height, width, channels } = formSpec(store.getState());
    return { height, width, channels };
  };
  const now = (): Moment => {
    const { settings } = store.getState();
    return { draft: draftOf(netOf(settings, image())), chosen: chosenOf(settings) };
  };
  const state = createStore<NetEditorState>(() => ({
    ...now(),
    problem: null,
    past: [],
    future: [],
  }));
  /** The present, with what the rest of the page has made of the settings that go with the net. */
  const moment = ({ loss, netName }: RunConfig = store.getState().settings): Moment => {
    const { draft, chosen } = state.getState();
    return { draft, chosen: { ...chosen, loss, netName } };
  };
  const show = (next: Moment, rest: Pick<NetEditorState, "past" | "future">): void => {
    const problem = problemWith(next.draft);
    const net = problem === null ? null : netOfDraft(next.draft);
    if (net !== store.getState().draft) draw(net);
    state.setState({ ...next, problem, ...rest });
  };
  const pushed = (present = moment()): readonly Moment[] =>
    [...state.getState().past, present].slice(-MOST_STEPS);

  const unsubscribe = store.subscribe(({ settings }, before) => {
    const { chosen, draft } = state.getState();
    if (isSameChoice(chosen, settings) && isSameImage(draft.image, image())) return;
    let next: Moment;
    try {
      next = now();
    } catch (error) {
      // A net that is not for such images: the figure says so.
      if (isNoNet(error)) return;
      throw error;
    }
    // A slider's way is one step.
    const past = isFromOutside ? state.getState().past : pushed(moment(before.settings));
    show(next, { past, future: [] });
    isFromOutside = true;
  });

  /** Shows a moment and gives the form what belongs to it. */
  const goTo = (next: Moment, rest: Pick<NetEditorState, "past" | "future">): void => {
    isFromOutside = false;
    show(next, rest);
    change(next.chosen);
  };

  const edit = (draft: NetDraft): void => {
    const { settings } = store.getState();
    const chosen = problemWith(draft) ? moment().chosen : choiceOf(draft, settings);
    goTo({ draft, chosen }, { past: pushed(), future: [] });
  };

  return {
    state,
    edit,
    undo() {
      const { past, future } = state.getState();
      const last = past.at(-1);
      if (last) goTo(last, { past: past.slice(0, -1), future: [moment(), ...future] });
    },
    redo() {
      const [next, ...future] = state.getState().future;
      if (next) goTo(next, { past: pushed(), future });
    },
    take: (text) => edit(draftOf(parseNet(text, image()))),
    dispose: unsubscribe,
  };
}

const chosenOf = (settings: RunConfig): Moment["chosen"] =>
  eachOf(CHOSEN, (name) => settings[name]);

const isSameChoice = (a: NetChoice, b: NetChoice): boolean =>
  a.net === b.net && (a.net !== null || (a.preset === b.preset && a.latentSize === b.latentSize));

const isSameImage = (a: ImageShape, b: ImageShape): boolean =>
  a.height === b.height && a.width === b.width && a.channels === b.channels;

const isNoNet = (error: unknown): boolean =>
  error instanceof NetError || error instanceof NetTextError || error instanceof RangeError;

/** Why a draft cannot be trained: it is no net, is too large, or its code is. */
function problemWith(draft: NetDraft): DraftProblem | null {
  const problem = problemOf(draft);
  if (problem) return problem;
  const whole = netProblem(netText(netOfDraft(draft)), draft.image);
  return whole && { id: null, message: whole.message };
}

/** What the settings get for a draft that is a net: its text, unless it is the preset's still. */
function choiceOf(draft: NetDraft, settings: RunConfig): Moment["chosen"] {
  const own = owned(draft, settings);
  const { preset, latentSize } = own;
  if (settings.net !== null) return own;
  const isPresets = own.net === netText(presetNet(preset, latentSize, draft.image));
  return isPresets ? { ...own, net: null, loss: settings.loss } : own;
}

/** The same, always by its text. */
function owned(draft: NetDraft, settings: RunConfig): Moment["chosen"] {
  const spec = netOfDraft(draft);
  const choice = {
    preset: settings.preset,
    net: netText(spec),
    latentSize: latentSizeOf(spec),
  };
  const canHaveLoss = isFitting("loss", settings.loss, traitsOf(choice, spec.image));
  const { netName, loss } = settings;
  return { ...choice, netName, loss: canHaveLoss ? loss : SQUARED_ERROR };
}
