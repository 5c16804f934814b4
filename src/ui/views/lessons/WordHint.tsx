import { useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { termOf } from "./glossary";
import { Markdown } from "./Markdown";
import classes from "./WordHint.module.css";

interface Props {
  /** What is explained, on the page: its `data-word` is its name in the glossary. */
  readonly word: HTMLElement;
  readonly onClose: () => void;
}

/** Pixels between the word and its explanation, and from there to the window's edges. */
const GAP = 6;
const MARGIN = 8;

/** A word's explanation beside it; Enter on the word leads into it, Escape closes it. */
export default function WordHint({ word, onClose }: Props) {
  const id = useId();
  const hint = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  const term = termOf(word.dataset.word ?? "");

  useLayoutEffect(() => {
    if (hint.current) setPlace(placeFor(word.getBoundingClientRect(), hint.current));
  }, [word]);

  useEffect(() => {
    const described = fieldOf(word) ?? word;
    const before = described.getAttribute("aria-describedby");
    described.setAttribute("aria-describedby", before ? `${before} ${id}` : id);
    const enter = (event: KeyboardEvent) => {
      const [first] = hint.current?.querySelectorAll<HTMLElement>("a, button") ?? [];
      if (event.key !== "Enter" || !first) return;
      event.preventDefault();
      first.focus();
    };
    const ended = new AbortController();
    const { signal } = ended;
    if (described === word) word.addEventListener("keydown", enter, { signal });
    // It lies over the page, and would stay where the word was.
    window.addEventListener("scroll", onClose, { signal, capture: true, passive: true });
    window.addEventListener("resize", onClose, { signal });
    return () => {
      ended.abort();
      if (before === null) described.removeAttribute("aria-describedby");
      else described.setAttribute("aria-describedby", before);
    };
  }, [word, id, onClose]);

  if (!term) return null;
  return createPortal(
    // biome-ignore lint/a11y/useKeyWithClickEvents: what is pressed are the links within.
    <div
      ref={hint}
      id={id}
      role="tooltip"
      data-word-hint
      className={classes.hint}
      style={place}
      onClick={({ target }) => {
        if (target instanceof Element && target.closest("a")) onClose();
      }}
    >
      <strong>{term.name}</strong>
      <Markdown blocks={term.blocks} />
    </div>,
    document.body,
  );
}

/** The field whose label the word stands in. */
const fieldOf = (word: HTMLElement): HTMLElement | null => word.closest("label")?.control ?? null;

/** Under the word, or over it where there is more room; never beyond the window's sides. */
function placeFor(word: DOMRect, hint: HTMLElement): { left: number; top: number } {
  const { clientWidth, clientHeight } = document.documentElement;
  const { offsetWidth, offsetHeight } = hint;
  const below = word.bottom + GAP;
  const isBelow = below + offsetHeight <= clientHeight - MARGIN || word.top < clientHeight / 2;
  return {
    left: Math.max(MARGIN, Math.min(word.left, clientWidth - offsetWidth - MARGIN)),
    top: isBelow ? below : Math.max(MARGIN, word.top - GAP - offsetHeight),
  };
}
