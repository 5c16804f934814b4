import { useEffect, useState } from "react";
import { lazyPart } from "../kit/parts/lazyPart";
import { Part } from "../kit/parts/Part";

const WordHint = lazyPart("ui/views/lessons/WordHint", () => import("../views/lessons/WordHint"));

/** Milliseconds that a pointer or the focus rests on a word before it is explained. */
const REST = 350;
/** Within which the pointer gets from the word to its explanation, over the gap between them. */
const LEAVE = 250;

/** Explains the words that are marked by `data-word`, wherever they stand. */
export function Words() {
  const [word, setWord] = useState<HTMLElement | null>(null);
  useEffect(() => watchWords(setWord), []);
  return (
    word && (
      <Part name="The explanation">
        <WordHint key={word.dataset.word} word={word} onClose={() => setWord(null)} />
      </Part>
    )
  );
}

/** Calls back with the word that is pointed at, tapped or focused by keyboard, null when it is left. */
function watchWords(show: (word: HTMLElement | null) => void): () => void {
  let timer = 0;
  let isTyping = false;
  let isMouse = true;
  /** What an asked-for word may not be taken away by: the pointer that merely lies elsewhere. */
  let isHeld = false;
  const after = (milliseconds: number, word: HTMLElement | null, held = false) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      isHeld = held;
      show(word);
    }, milliseconds);
  };
  const listeners: { [Type in keyof DocumentEventMap]?: (event: DocumentEventMap[Type]) => void } =
    {
      pointerover({ pointerType, target }) {
        if (pointerType !== "mouse") return;
        const word = wordAt(target);
        if (word) after(REST, word);
        else if (isHint(target)) clearTimeout(timer);
        else if (!isHeld) after(LEAVE, null);
      },
      pointerdown({ pointerType, target }) {
        isTyping = false;
        isMouse = pointerType === "mouse";
        if (!isHint(target) && !wordAt(target)) after(0, null);
      },
      click(event) {
        const word = isMouse ? null : wordAt(event.target);
        if (!word) return;
        // A tap on a label explains it; the field beside it is tapped itself.
        event.preventDefault();
        after(0, word, true);
      },
      keydown({ key }) {
        isTyping = true;
        if (key === "Escape") after(0, null);
      },
      focusin({ target }) {
        if (isHint(target) || !isTyping) return;
        const word = wordAt(target) ?? labelOf(target);
        after(word ? REST : 0, word, true);
      },
    };
  const ended = new AbortController();
  for (const [type, listener] of Object.entries(listeners)) {
    document.addEventListener(type, listener as EventListener, { signal: ended.signal });
  }
  return () => {
    clearTimeout(timer);
    ended.abort();
  };
}

const wordAt = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-word]") : null;

const isHint = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("[data-word-hint]") !== null;

/** The marked word in the label of a field. */
function labelOf(target: EventTarget | null): HTMLElement | null {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return null;
  const [label] = target.labels ?? [];
  return label?.querySelector<HTMLElement>("[data-word]") ?? null;
}
