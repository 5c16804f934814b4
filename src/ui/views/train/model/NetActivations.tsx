import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { LayerActivation } from "../../../../protocol/messages";
import { type Activations, layerOf } from "../../../../state/activations";
import { type FigureLayout, latentGrid, mapGrid } from "./geometry";
import classes from "./NetFigure.module.css";
import { LATENT } from "./stages";
import { cellStrengths, strengthPixels } from "./strengths";

interface Props {
  readonly layout: FigureLayout;
  readonly activations: Activations;
}

/** Maps and numbers as strong as they are for the garment shown, over the net's plain figure. */
export function NetActivations({ layout, activations }: Props) {
  const { encoder, latent, decoder } = layout;
  const parts = [
    ...encoder.map((box) => ({ name: box.stage.output, box, cells: mapGrid(box) })),
    { name: LATENT, box: latent, cells: null },
    ...decoder.map((box) => ({ name: box.stage.output, box, cells: mapGrid(box) })),
  ];
  return (
    <div aria-hidden="true" data-testid="activations">
      {parts.map(({ name, box, cells }, place) => {
        const layer = layerOf(activations, name);
        return (
          layer && (
            <LayerCanvas
              key={name}
              part={{ box, cells: cells ?? latentGrid(box, layer.values.length) }}
              layer={layer}
              place={place}
            />
          )
        );
      })}
    </div>
  );
}

interface LayerProps {
  readonly part: Part;
  readonly layer: LayerActivation;
  /** Of the layers, from 0 at the left: they light up one after another. */
  readonly place: number;
}

interface Part {
  readonly box: FigureLayout["latent"];
  readonly cells: ReturnType<typeof latentGrid>;
}

/** Milliseconds by which each layer lights up after the one before it. */
const STAGGER = 70;
const LIGHT_UP = { duration: 420, easing: "ease-out" };

/** Drawn in a task of its own when its turn comes, so that no task draws them all. */
function LayerCanvas({ part, layer, place }: LayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme("light");
  const { x, y, width, height } = part.box;
  const latest = useRef({ part, layer });
  latest.current = { part, layer };
  const turn = useRef<ReturnType<typeof setTimeout> | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colour
  useEffect(() => {
    // Where values come faster than turns, a turn that is due takes the newest.
    turn.current ??= setTimeout(() => {
      turn.current = null;
      if (!canvas.current) return;
      draw(canvas.current, latest.current.part, latest.current.layer);
      // Opacity alone: the compositor does it, and training keeps its cores.
      if (!prefersStill()) canvas.current.animate({ opacity: [0.25, 1] }, LIGHT_UP);
    }, place * STAGGER);
  }, [part.box, part.cells.pitchX, layer, scheme]);
  useEffect(
    () => () => {
      if (turn.current !== null) clearTimeout(turn.current);
      turn.current = null;
    },
    [],
  );

  return (
    <canvas
      ref={canvas}
      className={classes.activation}
      data-layer={layer.layer}
      style={{ left: x, top: y, width, height }}
    />
  );
}

const prefersStill = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** In the colour of the text: each cell a map, or one number. */
function draw(canvas: HTMLCanvasElement, { box, cells }: Part, layer: LayerActivation): void {
  const ratio = Math.max(1, window.devicePixelRatio);
  const width = Math.ceil(box.width * ratio);
  const height = Math.ceil(box.height * ratio);
  canvas.width = width;
  canvas.height = height;
  const strengths = cellStrengths(layer, cells, { width, height, ratio });
  const pixels = strengthPixels(strengths, getComputedStyle(canvas).color);
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
}
