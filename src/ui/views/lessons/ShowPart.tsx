import { UnstyledButton } from "@mantine/core";
import { useHash } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { HIGHLIGHTS, type HighlightName, light } from "./highlights";
import classes from "./ShowPart.module.css";

/** Lights up a part of the page while its step is read; in another view, once one asks for it. */
export function ShowPart({ part }: { part: HighlightName }) {
  const highlight = HIGHLIGHTS[part];
  const [hash] = useHash({ getInitialValueInEffect: false });
  const view = hash.replace(/^#/, "").replace(/\?.*$/, "") || "train";
  /** Counts the presses: each brings the part into sight again. */
  const [asked, setAsked] = useState(0);
  const isHere = view === highlight.view;
  // biome-ignore lint/correctness/useExhaustiveDependencies: pressed again, it is scrolled to again.
  useEffect(() => (isHere ? light(highlight) : undefined), [isHere, highlight, asked]);
  const show = () => {
    if (!isHere) window.location.hash = highlight.view;
    setAsked(asked + 1);
  };
  return (
    <p className={classes.show}>
      <UnstyledButton onClick={show}>Look at {highlight.words}</UnstyledButton>
    </p>
  );
}
