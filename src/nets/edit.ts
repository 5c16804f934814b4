/**
 * A net that is being changed, layer by layer.
 *
 * Every change gives another draft, keeps what still fits, and lets sizes follow: vectors are made
 * of images where dense layers want them, what is reshaped has as many numbers as come, a decoder
 * begins with as many pixels as make the image in the end, and where the decoder mirrors the encoder
 * it is made anew. What then still does not fit stays as it is, as a draft that is no net yet:
 * `problemOf` says what is wrong, and where.
 */

import type { ImageShape } from "../math/image-set";
import { type LayerPlace, newLayer } from "./kinds";
import { IMAGE_INPUT, inputsOf, type LayerSpec, type NetSpec, withoutUsualInputs } from "./spec";
import { excessOf, type NetSoFar, outputShape, type Shape, summarizeSoFar } from "./summary";
import { closing, namesOf } from "./text";
import { textOf, type Unnamed } from "./text/kinds";

/** A layer of a draft. */
export interface DraftLayer {
  /** Stays with the layer whatever is changed around it. */
  readonly id: string;
  readonly layer: Unnamed;
  /** Ids of layers before it, or IMAGE_INPUT. */
  readonly inputs: readonly string[];
  /** A name that somebody gave it; null for an automatic one. */
  readonly given: string | null;
}

export interface NetDraft {
  readonly image: ImageShape;
  /** In an order in which each finds its inputs made; the last one makes the reconstruction. */
  readonly layers: readonly DraftLayer[];
  /** Id of the layer whose output is the code. */
  readonly code: string;
  /** Whether the decoder is made of the encoder. */
  readonly isMirrored: boolean;
}

/** A change's result: the draft, and the layer that it is about. */
export interface Edited {
  readonly draft: NetDraft;
  /** Null where it is gone. */
  readonly id: string | null;
}

/** The draft of a net that nothing has been changed of. */
export function draftOf(net: NetSpec): NetDraft {
  const code = net.layers.findIndex(({ name }) => name === net.code);
  const automatic = namesOf(
    net.layers.map((layer) => ({ layer, given: null })),
    code,
  );
  const layers = net.layers.map((spec, place): DraftLayer => {
    const { name, inputs: _inputs, ...layer } = spec;
    return {
      id: name,
      // What is left of one kind of layer is that kind without a name.
      layer: layer as Unnamed,
      inputs: inputsOf(net, place),
      given: name === automatic[place] || place === code ? null : name,
    };
  });
  const draft = { image: net.image, layers, code: net.code, isMirrored: false };
  const mirror = mirrorOf(draft);
  const decoder = decoderOf(draft);
  if (!mirror || !isSameDecoder(mirror, decoder)) return draft;
  const encoder = layers.filter((layer) => !decoder.includes(layer));
  const undone = mirror.map((layer, i) => ({ ...layer, given: decoder[i]!.given }));
  return { ...draft, layers: [...encoder, ...undone], isMirrored: true };
}

/** The net of a draft, which may be impossible. */
export function netOfDraft({ image, layers, code }: NetDraft, name = "net"): NetSpec {
  const codePlace = layers.findIndex(({ id }) => id === code);
  const names = namesOf(layers, codePlace);
  const byId = new Map(layers.map(({ id }, place) => [id, names[place]!]));
  const named = layers.map(({ layer, inputs }, place): LayerSpec => {
    const from = inputs.map((id) => byId.get(id) ?? IMAGE_INPUT);
    // A layer of one kind gets the two fields back that its draft is without.
    return { ...layer, name: names[place]!, inputs: from } as LayerSpec;
  });
  return { name, image, layers: withoutUsualInputs(named), code: byId.get(code) ?? code };
}

export interface DraftProblem {
  /** Of the layer that it is about; null where it is about the whole net. */
  readonly id: string | null;
  readonly message: string;
}

/** Why a draft is no net; null where it is one. */
export function problemOf(draft: NetDraft): DraftProblem | null {
  const net = netOfDraft(draft);
  const { problem, ...summary } = summarizeSoFar(net);
  if (!problem) {
    const excess = excessOf(summary);
    return excess === null ? null : { id: null, message: excess };
  }
  const { place, message } = problem;
  if (place === null) return { id: null, message: message.replace(/^net /, "The net ") };
  const name = net.layers[place]!.name;
  return {
    id: draft.layers[place]!.id,
    message: message.replace(`"${name}" `, "This layer "),
  };
}

/** Shapes of what the draft's layers make, by id, as far as they go; the image's is there too. */
export function shapesOf(draft: NetDraft): ReadonlyMap<string, Shape> {
  const { height, width, channels } = draft.image;
  const { layers } = soFar(draft);
  return new Map<string, Shape>([
    [IMAGE_INPUT, [height, width, channels]],
    ...layers.map((layer, place) => [draft.layers[place]!.id, layer.outputShape] as const),
  ]);
}

const soFar = (draft: NetDraft): NetSoFar => summarizeSoFar(netOfDraft(draft));

/**
 * Whether a layer goes without saying: an image is flattened before a dense layer. It comes and goes
 * with what is around it.
 */
export function isImplied({ layers, code }: NetDraft, place: number): boolean {
  const { layer, given, id } = layers[place]!;
  const next = layers[place + 1];
  const isPlain = layer.kind === "flatten" && given === null && id !== code;
  return isPlain && next !== undefined && isVectorOnly(next, id);
}

const isVectorOnly = ({ layer, inputs }: DraftLayer, input: string): boolean =>
  textOf(layer.kind).takesVectors === true && inputs[0] === input;

/**
 * What a new layer would find: before a layer, or as the last one.
 *
 * @param before id of the layer that would take what the new one makes; null for none
 */
export function placeBefore(draft: NetDraft, before: string | null): LayerPlace {
  const place = placeOf(draft, before);
  const input = inputAt(draft, place);
  const convolutions = draft.layers.flatMap(({ layer }, at) =>
    (layer.kind === "conv" || layer.kind === "convTranspose") && at < draft.layers.length - 1
      ? [{ at, filters: layer.filters }]
      : [],
  );
  const near = convolutions.sort((a, b) => Math.abs(a.at - place) - Math.abs(b.at - place))[0];
  return {
    shape: shapesOf(draft).get(input) ?? null,
    image: draft.image,
    isLast: before === null,
    filters: near?.filters ?? 32,
  };
}

/** Puts a layer in before another, on its first input, or at the end. */
export function insertLayer(draft: NetDraft, before: string | null, layer: Unnamed): Edited {
  const place = placeOf(draft, before);
  const id = freshId(draft);
  const put = putAt(draft, place, { id, layer, inputs: [], given: null });
  return repaired(withoutMirror(put, id), id);
}

/** Puts in a layer of that kind as it usually starts. */
export function insertKind(draft: NetDraft, before: string | null, kind: Unnamed["kind"]): Edited {
  const layer = newLayer(kind, placeBefore(draft, before));
  return layer ? insertLayer(draft, before, layer) : { draft, id: null };
}

/** Gives a layer other settings, or another kind. */
export function changeLayer(draft: NetDraft, id: string, layer: Unnamed): Edited {
  const layers = draft.layers.map((each) => (each.id === id ? { ...each, layer } : each));
  return repaired(withoutMirror({ ...draft, layers }, id), id);
}

/** Takes a layer away; what took its output takes its first input instead. */
export function removeLayer(draft: NetDraft, id: string): Edited {
  const place = draft.layers.findIndex((layer) => layer.id === id);
  if (place < 0 || draft.layers.length === 1) return { draft, id };
  const { draft: left } = repaired(takenOut(withoutMirror(draft, id), id), null);
  const near = left.layers[Math.min(place, left.layers.length - 1)];
  return { draft: left, id: near?.id ?? null };
}

/** Moves a layer before another, or to the end. */
export function moveLayer(draft: NetDraft, id: string, before: string | null): Edited {
  const moved = draft.layers.find((layer) => layer.id === id);
  const others = draft.layers.length > 1;
  if (!moved || !others || before === id || before === followerOf(draft, id)) return { draft, id };
  // A join's other inputs may not be made where it would go.
  if (moved.inputs.length > 1) return { draft, id };
  const out = takenOut(withoutMirror(draft, id), id);
  const code = draft.code === id ? id : out.code;
  const put = putAt({ ...out, code }, placeOf(out, before), moved);
  return repaired(withoutMirror(put, id), id);
}

/** What can be switched on and off right behind a layer. */
type Follower = "batchNorm" | "dropout";

/** Id of the layer of that kind behind a layer, of those that keep its shape; null for none. */
export function followedBy(draft: NetDraft, id: string, kind: Follower): string | null {
  const { layers } = draft;
  let behind = id;
  for (let place = layers.findIndex((layer) => layer.id === id) + 1; ; place++) {
    const next = layers[place];
    const keeps = next && ["batchNorm", "dropout", "activation"].includes(next.layer.kind);
    if (!next || !keeps || next.inputs.join() !== behind || next.id === draft.code) return null;
    if (next.layer.kind === kind) return next.id;
    behind = next.id;
  }
}

/** Puts a layer of that kind behind a layer, dropout behind its normalisation, or takes it away. */
export function setFollowed(draft: NetDraft, id: string, kind: Follower, isOn: boolean): Edited {
  const there = followedBy(draft, id, kind);
  if ((there !== null) === isOn) return { draft, id };
  if (there !== null) return { ...removeLayer(draft, there), id };
  const behind = kind === "dropout" ? (followedBy(draft, id, "batchNorm") ?? id) : id;
  return { ...insertKind(draft, followerOf(draft, behind), kind), id };
}

/** The layer before which a layer would stay where it is; null at the end. */
function followerOf({ layers }: NetDraft, id: string): string | null {
  const place = layers.findIndex((layer) => layer.id === id);
  return layers[place + 1]?.id ?? null;
}

/** Makes a layer's output the code. */
export function markCode(draft: NetDraft, id: string): Edited {
  return repaired({ ...draft, code: id }, id);
}

/** Makes the decoder of the encoder from now on, or leaves it as it is. */
export function setMirrored(draft: NetDraft, isMirrored: boolean): NetDraft {
  return repaired({ ...draft, isMirrored }, null).draft;
}

/** Why the decoder cannot be made of the encoder, for people; null where it can. */
export function whyNotMirrored(draft: NetDraft): string | null {
  const chain = encoderChain(draft);
  if (!chain) return "The encoder has branches: its decoder has to be built by hand.";
  const shapes = shapesOf(draft);
  const stuck = chain.find(({ id, layer, inputs }) => {
    const [input, output] = [shapes.get(inputs[0]!), shapes.get(id)];
    return input && output && !textOf(layer.kind).undo?.(layer, input, output);
  });
  return stuck ? "The encoder has a layer that no other undoes." : null;
}

/** The layers of the decoder: those that the code is not made of. */
export function decoderOf(draft: NetDraft): readonly DraftLayer[] {
  const encoder = encoderIds(draft);
  return draft.layers.filter(({ id }) => !encoder.has(id));
}

/** The code's layer and all that it is made of. */
function encoderIds({ layers, code }: NetDraft): ReadonlySet<string> {
  const found = new Set([code]);
  for (const { id, inputs } of layers.toReversed()) {
    if (found.has(id)) for (const input of inputs) found.add(input);
  }
  return found;
}

/** The encoder's layers in order, where each takes the one before it; null where it branches. */
function encoderChain(draft: NetDraft): readonly DraftLayer[] | null {
  const encoder = encoderIds(draft);
  const chain = draft.layers.filter(({ id }) => encoder.has(id));
  const isChain = chain.every(
    ({ inputs }, place) =>
      inputs.length === 1 && inputs[0] === (chain[place - 1]?.id ?? IMAGE_INPUT),
  );
  return isChain ? chain : null;
}

/** A decoder that undoes the encoder; null where it cannot be undone, or is no net so far. */
function mirrorOf(draft: NetDraft): readonly DraftLayer[] | null {
  const chain = encoderChain(draft);
  if (!chain) return null;
  const shapes = shapesOf(draft);
  const decoder: DraftLayer[] = [];
  let before = draft.code;
  // A layer of the encoder may have been one of a mirror's before.
  const taken = new Set(chain.map(({ id }) => id));
  const push = (wanted: string, layer: Unnamed) => {
    let id = wanted;
    while (taken.has(id)) id += "'";
    taken.add(id);
    decoder.push({ id, layer, inputs: [before], given: null });
    before = id;
  };
  for (const { id, layer, inputs } of chain.toReversed()) {
    const [input, output] = [shapes.get(inputs[0]!), shapes.get(id)];
    const undone = input && output && textOf(layer.kind).undo?.(layer, input, output);
    if (!undone) return null;
    for (const [i, each] of undone.entries()) push(`${id}'${i}`, each);
  }
  push("end'", closing(draft.image));
  return decoder;
}

function isSameDecoder(a: readonly DraftLayer[], b: readonly DraftLayer[]): boolean {
  const chained = (layers: readonly DraftLayer[]) =>
    layers.every(({ inputs }, i) => i === 0 || inputs.join() === layers[i - 1]!.id);
  return chained(b) && JSON.stringify(bare(a)) === JSON.stringify(bare(b));
}

/** What layers are, their fields in one order. */
const bare = (layers: readonly DraftLayer[]) =>
  layers.map(({ layer }) => Object.entries(layer).sort(([a], [b]) => (a < b ? -1 : 1)));

/** A layer of the decoder that is changed by hand ends the mirroring. */
function withoutMirror(draft: NetDraft, id: string): NetDraft {
  if (!draft.isMirrored || encoderIds(draft).has(id)) return draft;
  return { ...draft, isMirrored: false };
}

function freshId({ layers }: NetDraft): string {
  const ids = new Set(layers.map(({ id }) => id));
  for (let number = 1; ; number++) {
    if (!ids.has(`new ${number}`)) return `new ${number}`;
  }
}

/** Place in the list before which to put a layer; a flattening that goes without saying moves on. */
function placeOf(draft: NetDraft, before: string | null): number {
  const place = draft.layers.findIndex(({ id }) => id === before);
  if (place < 0) return draft.layers.length;
  return place > 0 && isImplied(draft, place - 1) ? place - 1 : place;
}

/** What the layer at that place takes first, or a new last one would. */
const inputAt = ({ layers }: NetDraft, place: number): string =>
  layers[place]?.inputs[0] ?? layers.at(-1)?.id ?? IMAGE_INPUT;

/** Puts a layer on the first input of the one at that place, which takes what it makes. */
function putAt(draft: NetDraft, place: number, layer: DraftLayer): NetDraft {
  const input = inputAt(draft, place);
  const layers = draft.layers.flatMap((each, at) =>
    at === place
      ? [
          { ...layer, inputs: [input] },
          { ...each, inputs: [layer.id, ...each.inputs.slice(1)] },
        ]
      : [each],
  );
  return {
    ...draft,
    layers: place === draft.layers.length ? [...layers, { ...layer, inputs: [input] }] : layers,
  };
}

/** Without that layer; joins that have one input left go with it. */
function takenOut(draft: NetDraft, id: string): NetDraft {
  const place = draft.layers.findIndex((layer) => layer.id === id);
  const gone = draft.layers[place];
  if (!gone) return draft;
  const instead = gone.inputs[0]!;
  const left = draft.layers
    .filter((layer) => layer.id !== id)
    .map((layer) =>
      layer.inputs.includes(id)
        ? {
            ...layer,
            inputs: [...new Set(layer.inputs.map((input) => (input === id ? instead : input)))],
          }
        : layer,
    );
  // The code is then what the layer before it makes, or the first one does.
  const fallback = instead === IMAGE_INPUT ? (left[0]?.id ?? draft.code) : instead;
  const without = {
    ...draft,
    layers: left,
    code: draft.code === id ? fallback : draft.code,
  };
  const alone = left.find(({ layer, inputs }) => isJoin(layer) && inputs.length < 2);
  return alone && left.length > 1 ? takenOut(without, alone.id) : without;
}

const isJoin = ({ kind }: Unnamed): boolean => textOf(kind).joins === true;

/** Lets sizes follow a change of the layer of that id, which itself stays as it is. */
function repaired(draft: NetDraft, id: string | null): Edited {
  const flat = flattened(draft);
  const mirrored = flat.isMirrored ? withMirror(flat) : flat;
  const sized = mirrored.isMirrored ? mirrored : resized(mirrored, id);
  const isThere = sized.layers.some((layer) => layer.id === id);
  return { draft: sized, id: isThere ? id : null };
}

/** The decoder made anew; where the encoder can never be undone, it is one's own from now on. */
function withMirror(draft: NetDraft): NetDraft {
  const mirror = mirrorOf(draft);
  if (!mirror) return whyNotMirrored(draft) === null ? draft : { ...draft, isMirrored: false };
  const encoder = encoderIds(draft);
  return {
    ...draft,
    layers: [...draft.layers.filter(({ id }) => encoder.has(id)), ...mirror],
  };
}

/** With a flattening before each dense layer that gets an image, and none of what is flat. */
function flattened(draft: NetDraft): NetDraft {
  const { height, width, channels } = draft.image;
  const shapes = new Map<string, Shape | null>([[IMAGE_INPUT, [height, width, channels]]]);
  /** Id of a layer that is left out → what stands for it. */
  const instead = new Map<string, string>();
  const layers: DraftLayer[] = [];
  const push = (layer: DraftLayer) => {
    layers.push(layer);
    shapes.set(layer.id, shapeOf(layer, shapes));
  };
  for (const each of draft.layers) {
    const inputs = each.inputs.map((input) => instead.get(input) ?? input);
    const shape = shapes.get(inputs[0]!) ?? null;
    if (each.layer.kind === "flatten" && shape?.length === 1 && each.id !== draft.code) {
      instead.set(each.id, inputs[0]!);
    } else if (isVectorOnly({ ...each, inputs }, inputs[0]!) && shape && shape.length > 1) {
      const id = freshId({ ...draft, layers: [...draft.layers, ...layers] });
      push({ id, layer: { kind: "flatten" }, inputs: [inputs[0]!], given: null });
      push({ ...each, inputs: [id] });
    } else {
      push({ ...each, inputs });
    }
  }
  return { ...draft, layers };
}

function shapeOf(
  { layer, inputs }: DraftLayer,
  shapes: ReadonlyMap<string, Shape | null>,
): Shape | null {
  const given = inputs.map((input) => shapes.get(input) ?? null);
  const known = given.filter((shape) => shape !== null);
  if (known.length < given.length) return null;
  try {
    return outputShape({ ...layer, name: "it" } as LayerSpec, known);
  } catch {
    return null;
  }
}

const sizeOf = (shape: Shape): number => shape.reduce((product, side) => product * side, 1);

/** The dense layer whose units become an image at that place, and where it stands; null for none. */
function unfolding({ layers, code }: NetDraft, place: number): number | null {
  for (let at = place; ; ) {
    const input = layers[at]!.inputs[0];
    at = layers.findIndex(({ id }) => id === input);
    const layer = layers[at];
    if (!layer || layer.id === code) return null;
    if (layer.layer.kind === "dense") return at;
    const kind = layer.layer.kind;
    if (kind !== "activation" && kind !== "batchNorm" && kind !== "dropout") return null;
  }
}

/** The draft with another layer at a place. */
const withLayer = (draft: NetDraft, place: number, layer: Unnamed): NetDraft => ({
  ...draft,
  layers: draft.layers.map((each, at) => (at === place ? { ...each, layer } : each)),
});

/** With reshaping and the dense layers before it as large as each other, and as the image wants them. */
function resized(draft: NetDraft, id: string | null): NetDraft {
  let fitted = draft;
  for (const place of draft.layers.keys()) fitted = unfolded(fitted, place, id);
  if (soFar(fitted).problem === null) return fitted;
  const last = fitted.layers.findLastIndex(
    ({ layer }) => layer.kind === "reshape" && layer.to.length === 3,
  );
  const reshape = fitted.layers[last];
  const from = reshape ? unfolding(fitted, last) : null;
  if (reshape?.layer.kind !== "reshape" || from === null) return fitted;
  // What somebody has just set stays so.
  if (reshape.id === id || fitted.layers[from]?.id === id) return fitted;
  const { height, width } = draft.image;
  const channels = reshape.layer.to[2]!;
  for (let rows = 1; rows <= height; rows++) {
    const columns = (rows * width) / height;
    if (!Number.isInteger(columns)) continue;
    const tried = unfolded(
      withLayer(fitted, last, { kind: "reshape", to: [rows, columns, channels] }),
      last,
      reshape.id,
    );
    if (soFar(tried).problem === null) return tried;
  }
  return fitted;
}

/** With as many units before the reshaping at that place as it takes, or as many maps as they make. */
function unfolded(draft: NetDraft, place: number, id: string | null): NetDraft {
  const { layer } = draft.layers[place]!;
  if (layer.kind !== "reshape") return draft;
  const from = unfolding(draft, place);
  const dense = from === null ? undefined : draft.layers[from];
  if (from === null || dense?.layer.kind !== "dense" || dense.layer.units === sizeOf(layer.to)) {
    return draft;
  }
  if (dense.id !== id) {
    return withLayer(draft, from, { ...dense.layer, units: sizeOf(layer.to) });
  }
  const pixels = sizeOf(layer.to.slice(0, 2));
  const maps = dense.layer.units / pixels;
  return layer.to.length === 3 && Number.isInteger(maps)
    ? withLayer(draft, place, { ...layer, to: [...layer.to.slice(0, 2), maps] })
    : draft;
}
