import { UnstyledButton, VisuallyHidden } from "@mantine/core";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import {
  type Edited,
  insertKind,
  isImplied,
  moveLayer,
  netOfDraft,
  removeLayer,
} from "../../../../nets/edit";
import { KINDS, type LayerKind } from "../../../../nets/kinds";
import { useFormSpec } from "../../../kit/hooks";
import { PlusIcon } from "../../../kit/icons";
import { shapeText } from "../model/layerWords";
import type { Picked } from "../model/NetHandles";
import { InsertMenu } from "./InsertMenu";
import classes from "./Lane.module.css";
import { LayerPopover } from "./LayerPopover";
import { type LaneLayer, laneOf } from "./lane";
import { useLayerDrag } from "./useLayerDrag";
import { useEdited, useNetEditor } from "./useNetEditor";

/** What is open over the row: a layer's settings, or the kinds that can be put in before a layer. */
type Open =
  | { readonly what: "layer"; readonly id: string }
  | { readonly what: "insert"; readonly before: string | null }
  | null;

/** All layers in a row, from the image to its reconstruction, with a + between each two. */
export function Lane({ picked }: { readonly picked: Picked | null }) {
  const editor = useNetEditor();
  const draft = useEdited((state) => state.draft);
  const problem = useEdited((state) => state.problem);
  const layers = useMemo(() => laneOf(draft, problem), [draft, problem]);
  const help = useId();
  const row = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<Open>(null);
  /** The one that Tab comes to. */
  const [current, setCurrent] = useState<string | null>(null);
  const [said, say] = useState("");
  /** Gets the focus once it is drawn. */
  const wanted = useRef<string | null>(null);
  const { height, width, channels } = useFormSpec();
  const first = layers.some(({ id }) => id === current) ? current : layers[0]?.id;

  const focus = (id: string | undefined) => {
    if (id === undefined) return;
    setCurrent(id);
    row.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus();
  };
  // What is pointed at in the figure is opened here.
  const latest = useRef(draft);
  latest.current = draft;
  useEffect(() => {
    if (!picked) return;
    const place = netOfDraft(latest.current).layers.findIndex(({ name }) => name === picked.name);
    // What goes without saying has no mark.
    const isSaid = place < 0 || !isImplied(latest.current, place);
    const id = latest.current.layers[isSaid ? place : place + 1]?.id ?? null;
    if (picked.what === "insert") setOpen({ what: "insert", before: id });
    else if (id !== null) setOpen({ what: "layer", id });
    const selector = `[data-id="${CSS.escape(id ?? "")}"]`;
    row.current?.querySelector(selector)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [picked]);
  useEffect(() => {
    if (wanted.current === null) return;
    const id = wanted.current;
    wanted.current = null;
    setCurrent(id);
    row.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus();
  });

  /** Takes a change, and says what became of the net. */
  const take = ({ draft: changed }: Edited, words: string) => {
    if (changed === draft) return;
    editor.edit(changed);
    say(`${words} ${netWords(editor.state.getState().problem?.message)}`);
  };
  /** The same with nothing open over the row, so that the focus is the row's. */
  const edit = (edited: Edited, words: string) => {
    if (edited.draft !== draft) wanted.current = edited.id;
    take(edited, words);
  };
  const insert = (before: string | null, kind: LayerKind) => {
    setOpen(null);
    edit(insertKind(draft, before, kind), `${KINDS[kind].title} put in.`);
  };
  const remove = ({ id, mark }: LaneLayer) => {
    setOpen(null);
    edit(removeLayer(draft, id), `${mark} taken away.`);
  };
  const move = ({ id, mark }: LaneLayer, before: string | null) => {
    const act = open === null ? edit : take;
    act(moveLayer(draft, id, before), `${mark} moved.`);
  };
  /** To the left or right of its neighbour there. */
  const shift = (layer: LaneLayer, by: 1 | -1) => {
    const place = layers.indexOf(layer);
    const before = layers[by < 0 ? place - 1 : place + 2];
    if (by < 0 ? place > 0 : place < layers.length - 1) move(layer, before?.id ?? null);
  };

  const onKeyDown = (event: KeyboardEvent, layer: LaneLayer) => {
    if (event.ctrlKey || event.metaKey) return;
    const place = layers.indexOf(layer);
    const acts: Record<string, () => void> = {
      ArrowLeft: () => (event.altKey ? shift(layer, -1) : focus(layers[place - 1]?.id)),
      ArrowRight: () => (event.altKey ? shift(layer, 1) : focus(layers[place + 1]?.id)),
      Home: () => focus(layers[0]?.id),
      End: () => focus(layers.at(-1)?.id),
      Delete: () => remove(layer),
      Backspace: () => remove(layer),
      "+": () => setOpen({ what: "insert", before: layers[place + 1]?.id ?? null }),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  const layerOf = (id: string) => layers.find((layer) => layer.id === id);
  const drag = useLayerDrag(row, {
    onDrop(id, before) {
      const layer = layerOf(id);
      if (layer) move(layer, before);
    },
    onAway(id) {
      const layer = layerOf(id);
      if (layer) remove(layer);
    },
  });

  const insertAt = (before: string | null, name: string) => (
    <InsertMenu
      draft={draft}
      before={before}
      isOpen={open?.what === "insert" && open.before === before}
      onClose={() => setOpen(null)}
      onChoose={(kind) => insert(before, kind)}
    >
      <UnstyledButton
        className={classes.plus}
        data-before={before ?? ""}
        data-target={drag.target === before || undefined}
        tabIndex={-1}
        aria-label={`Insert a layer ${name}`}
        title={`Insert a layer ${name}`}
        onClick={() => setOpen({ what: "insert", before })}
      >
        <PlusIcon size={12} />
      </UnstyledButton>
    </InsertMenu>
  );

  return (
    <div className={classes.lane} data-testid="lane">
      <VisuallyHidden id={help}>
        Arrow keys go from layer to layer, Enter opens a layer’s settings, + puts a layer in behind
        it, Delete takes it away, Alt with an arrow key moves it.
      </VisuallyHidden>
      <div
        ref={row}
        className={classes.row}
        role="toolbar"
        aria-label="Layers of the net"
        aria-describedby={help}
        data-dragging={drag.dragged !== null || undefined}
      >
        <span className={classes.end} aria-hidden="true">
          Image
          <small>{shapeText([height, width, channels])}</small>
        </span>
        {layers.map((layer) => (
          <div key={layer.id} className={classes.slot} data-part={layer.part}>
            <span className={classes.wire} data-joined={layer.isJoined || undefined}>
              {insertAt(layer.id, `before ${layer.mark}`)}
            </span>
            <LayerPopover
              layer={layer}
              draft={draft}
              isOpen={open?.what === "layer" && open.id === layer.id}
              onClose={() => setOpen(null)}
              onEdit={take}
              onRemove={() => remove(layer)}
              onShift={(by) => shift(layer, by)}
              canShift={(by) => (by < 0 ? layer !== layers[0] : layer !== layers.at(-1))}
            >
              <UnstyledButton
                className={classes.layer}
                data-id={layer.id}
                data-part={layer.part}
                data-wrong={layer.problem !== "" || undefined}
                data-unknown={layer.shape === "" || undefined}
                data-dragged={drag.dragged === layer.id || undefined}
                data-away={(drag.dragged === layer.id && drag.isAway) || undefined}
                tabIndex={layer.id === first ? 0 : -1}
                aria-haspopup="dialog"
                aria-expanded={open?.what === "layer" && open.id === layer.id}
                onFocus={() => setCurrent(layer.id)}
                onKeyDown={(event) => onKeyDown(event, layer)}
                {...drag.handlers}
                onClick={() => {
                  if (!drag.hasJustDropped()) setOpen({ what: "layer", id: layer.id });
                }}
              >
                <span>{layer.mark}</span>
                <small>{layer.shape || (layer.problem ? "impossible" : "?")}</small>
                <VisuallyHidden>, {layer.words}</VisuallyHidden>
              </UnstyledButton>
            </LayerPopover>
          </div>
        ))}
        <span className={classes.wire} data-joined="">
          {insertAt(null, "at the end")}
        </span>
        <span className={classes.end} aria-hidden="true">
          Back
          <small>{shapeText([height, width, channels])}</small>
        </span>
      </div>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </div>
  );
}

const netWords = (problem: string | undefined): string =>
  problem === undefined ? "" : `Impossible: ${problem}`;
