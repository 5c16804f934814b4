import { UnstyledButton } from "@mantine/core";
import type { LayerSummary } from "../../../../nets/summary";
import { PlusIcon } from "../../../kit/icons";
import type { Box, FigureLayout } from "./geometry";
import classes from "./NetFigure.module.css";
import { LATENT } from "./stages";

/** What somebody points at in the figure: a layer, or the gap before one. */
export interface Picked {
  readonly what: "layer" | "insert";
  /** The layer's name; null for the gap at the end. */
  readonly name: string | null;
}

interface Props {
  readonly layout: FigureLayout;
  /** All layers that are drawn, in the net's order. */
  readonly layers: readonly LayerSummary[];
  readonly onPick: (picked: Picked) => void;
}

/** Half of a handle between two parts, and the least room for one. */
const HALF = 12;
const LEAST = 2 * HALF + 2;

/**
 * Handles over the figure: a press on a stage opens its layer's settings, one on a + between two
 * puts a layer in. The row below has the same for all layers, and for the keyboard.
 */
export function NetHandles({ layout, layers, onPick }: Props) {
  if (!layout.hasStages) return null;
  const { encoder, decoder, latent, garment, reconstruction } = layout;
  const behind = (name: string): string | null => {
    const place = layers.findIndex((layer) => layer.name === name);
    return layers[place + 1]?.name ?? null;
  };
  const stages = [...encoder, ...decoder];
  const parts: readonly { readonly box: Box; readonly next: string | null }[] = [
    { box: garment, next: layers[0]?.name ?? null },
    ...encoder.map((box) => ({ box, next: behind(box.stage.output) })),
    { box: latent, next: behind(LATENT) },
    ...decoder.map((box) => ({ box, next: behind(box.stage.output) })),
    { box: reconstruction, next: null },
  ];
  const y = latent.y + latent.height / 2 - HALF;
  const gaps = parts.slice(1).flatMap(({ box }, i) => {
    const { box: from, next } = parts[i]!;
    const left = from.x + from.width;
    return box.x - left < LEAST ? [] : [{ x: (left + box.x) / 2 - HALF, next }];
  });
  return (
    <>
      {stages.map(({ stage, x, y, width, height }) => (
        <UnstyledButton
          key={stage.id}
          className={classes.handle}
          style={{ left: x, top: y, width, height }}
          tabIndex={-1}
          aria-label={`Settings of ${stage.name}`}
          onClick={() => onPick({ what: "layer", name: stage.id })}
        />
      ))}
      <UnstyledButton
        className={classes.handle}
        style={{ left: latent.x, top: latent.y, width: latent.width, height: latent.height }}
        tabIndex={-1}
        aria-label="Settings of the code"
        onClick={() => onPick({ what: "layer", name: LATENT })}
      />
      {gaps.map(({ x, next }) => (
        <UnstyledButton
          key={x}
          className={classes.gap}
          style={{ left: x, top: y, width: 2 * HALF, height: 2 * HALF }}
          tabIndex={-1}
          aria-label={next === null ? "Add a layer at the end" : `Add a layer before ${next}`}
          onClick={() => onPick({ what: "insert", name: next })}
        >
          <PlusIcon size={12} />
        </UnstyledButton>
      ))}
    </>
  );
}
