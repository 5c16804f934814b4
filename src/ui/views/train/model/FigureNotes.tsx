import { useEffect, useState } from "react";
import { useApp, useItem } from "../../../kit/hooks";
import { remember, remembered } from "../../../kit/remembered";
import classes from "./FigureNotes.module.css";
import type { Box, FigureLayout } from "./geometry";

const KEY = "latent-loom.noted";

/** Pixels of an arrow from a note to what it is about; beside stages there is room for longer ones. */
const SHORT = 13;
const LONG = 20;

/** What to look at in the figure, as if written on it, until somebody's first run. */
export default function FigureNotes({ layout }: { readonly layout: FigureLayout }) {
  const app = useApp();
  const item = useItem();
  const [isNew] = useState(() => remembered(KEY) === null);
  useEffect(() => app.store.subscribe(({ run }) => run && remember(KEY, "yes")), [app]);
  if (!isNew) return null;
  const { garment, latent, reconstruction, error, hasStages } = layout;
  const notes: readonly (readonly [Box, string])[] = [
    [garment, `${item.a} goes in`],
    [latent, hasStages ? "this is all that gets through" : "all that stays"],
    [reconstruction, "what comes back"],
    [error, "what is lost"],
  ];
  return (
    <svg
      width={layout.width}
      height={layout.height}
      className={classes.notes}
      aria-hidden="true"
      data-screen-only=""
      data-testid="figure-notes"
    >
      {notes.map(([box, words]) => (
        <Note key={words} box={box} words={words} arrow={hasStages ? LONG : SHORT} />
      ))}
    </svg>
  );
}

interface NoteProps {
  readonly box: Box;
  readonly words: string;
  /** Length, in pixels. */
  readonly arrow: number;
}

function Note({ box, words, arrow }: NoteProps) {
  const [x, y] = [box.x + box.width / 2, box.y - 7];
  return (
    <g>
      <text x={x} y={y - arrow - 4} transform={`rotate(-2 ${x} ${y})`}>
        {words}
      </text>
      <path d={`M${x + 5} ${y - arrow}q${arrow / 4} ${arrow / 2} -4 ${arrow}m-3 -5l3 5 5 -3`} />
    </g>
  );
}
