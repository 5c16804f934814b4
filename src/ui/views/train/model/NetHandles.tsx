import { UnstyledButton } from "@mantine/core";
import type { LayerSummary } from "../../../../nets/summary";
import { PlusIcon } from "../../../kit/icons";
import { type Box, type Cells, cellIn, type FigureLayout, latentGrid, mapGrid } from "./geometry";
import classes from "./NetFigure.module.css";
import { LATENT } from "./stages";

/** What somebody points at in the figure: a layer, or the gap before one. */
export interface Picked {
  readonly what: "layer" | "insert";
  /** The layer's name; null for the gap at the end. */
  readonly name: string | null;
}

/** What is looked into. */
export interface LookedAt {
  /** A layer of the run's net; null for its first. */
  readonly layer: string | null;
  /** Map, or number of a vector. */
  readonly map: number;
}

interface Props {
  readonly layout: FigureLayout;
  /** All layers that are drawn, in the net's order. */
  readonly layers: readonly LayerSummary[];
  readonly latentSize: number;
  /** Hears where the form's net is to be changed; undefined where that cannot be. */
  readonly onPick: ((picked: Picked) => void) | undefined;
  /** Hears which map or number is to be looked into; undefined where there are none. */
  readonly onLook: ((at: LookedAt) => void) | undefined;
}

/** Half of a handle between two parts, and the least room for one. */
const HALF = 12;
const LEAST = 2 * HALF + 2;

/**
 * Handles over the figure: a press on a map or number of a run looks into it, one on a stage of a net
 * that has not been trained opens its layer's settings, one on a + between two puts a layer in. The row
 * below has the same for all layers, and for the keyboard.
 */
export function NetHandles({ layout, layers, latentSize, onPick, onLook }: Props) {
  const { encoder, decoder, latent, garment, reconstruction } = layout;
  const behind = (name: string): string | null => {
    const place = layers.findIndex((layer) => layer.name === name);
    return layers[place + 1]?.name ?? null;
  };
  const stages = layout.hasStages ? [...encoder, ...decoder] : [];
  const parts: readonly { readonly box: Box; readonly next: string | null }[] = [
    { box: garment, next: layers[0]?.name ?? null },
    ...encoder.map((box) => ({ box, next: behind(box.stage.output) })),
    { box: latent, next: behind(LATENT) },
    ...decoder.map((box) => ({ box, next: behind(box.stage.output) })),
    { box: reconstruction, next: null },
  ];
  const y = latent.y + latent.height / 2 - HALF;
  const gaps = parts.slice(1).flatMap(({ box }, i) => {
    if (!onPick || !layout.hasStages) return [];
    const { box: from, next } = parts[i]!;
    const left = from.x + from.width;
    return box.x - left < LEAST ? [] : [{ x: (left + box.x) / 2 - HALF, next }];
  });
  return (
    <>
      {stages.map((box) => (
        <Handle
          key={box.stage.id}
          box={box}
          cells={mapGrid(box)}
          count={box.stage.maps}
          layer={box.stage.id}
          what={box.stage.name}
          onPick={onPick}
          onLook={onLook}
        />
      ))}
      {(layout.hasStages || onLook) && (
        <Handle
          box={latent}
          cells={latentGrid(latent, latentSize)}
          count={latentSize}
          layer={LATENT}
          what="the code"
          onPick={onPick}
          onLook={onLook}
        />
      )}
      {gaps.map(({ x, next }) => (
        <UnstyledButton
          key={x}
          className={classes.gap}
          style={{ left: x, top: y, width: 2 * HALF, height: 2 * HALF }}
          tabIndex={-1}
          aria-label={next === null ? "Add a layer at the end" : `Add a layer before ${next}`}
          onClick={() => onPick?.({ what: "insert", name: next })}
        >
          <PlusIcon size={12} />
        </UnstyledButton>
      ))}
    </>
  );
}

interface HandleProps extends Pick<Props, "onPick" | "onLook"> {
  readonly box: Box;
  readonly cells: Cells;
  /** Maps or numbers in it. */
  readonly count: number;
  readonly layer: string;
  /** "Conv 32" */
  readonly what: string;
}

function Handle({ box, cells, count, layer, what, onPick, onLook }: HandleProps) {
  if (!onPick && !onLook) return null;
  const { x, y, width, height } = box;
  return (
    <UnstyledButton
      className={classes.handle}
      style={{ left: x, top: y, width, height }}
      tabIndex={-1}
      aria-label={onLook ? `Look inside ${what}` : `Settings of ${what}`}
      onClick={(event) => {
        if (!onLook) return onPick?.({ what: "layer", name: layer });
        const { left, top } = event.currentTarget.getBoundingClientRect();
        const cell = cellIn(cells, event.clientX - left, event.clientY - top);
        onLook({ layer, map: Math.min(count - 1, Math.max(0, cell)) });
      }}
    />
  );
}
