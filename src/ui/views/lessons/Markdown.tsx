import { createElement, Fragment, type MouseEvent, type ReactNode } from "react";
import { readLink } from "../../../state/link";
import { useApp } from "../../kit/hooks";
import { openLesson } from "./address";
import classes from "./Markdown.module.css";
import { ShowPart } from "./ShowPart";
import { SizesFigure } from "./SizesFigure";
import type { Block, Inline } from "./text";

interface Props {
  readonly blocks: readonly Block[];
  /** What stands for `{guess}` or `{relu.dead}`. */
  readonly shownFor?: (of: string, figure: string | null) => string;
  readonly pictures?: (of: string) => ReactNode;
}

/** Children that never change their places, so that none needs a key. */
const together = (children: readonly ReactNode[]): ReactNode =>
  createElement(Fragment, null, ...children);

/** A lesson's text as elements; there is no HTML in it that a browser would read. */
export function Markdown({ blocks, shownFor = () => "", pictures = () => null }: Props) {
  const inline = (parts: readonly Inline[]): ReactNode => together(parts.map(part));
  const part = (given: Inline): ReactNode => {
    switch (given.kind) {
      case "text":
        return given.text;
      case "code":
        return <code>{given.text}</code>;
      case "strong":
        return <strong>{inline(given.inside)}</strong>;
      case "emphasis":
        return <em>{inline(given.inside)}</em>;
      case "value":
        return (
          <b className={classes.value} data-figures>
            {shownFor(given.of, given.figure)}
          </b>
        );
      case "link":
        return <LessonLink to={given.to}>{inline(given.inside)}</LessonLink>;
    }
  };
  const listItem = (inside: readonly Inline[]): ReactNode => <li>{inline(inside)}</li>;
  const block = (given: Block): ReactNode => {
    switch (given.kind) {
      case "pictures":
        return pictures(given.of);
      case "show":
        return <ShowPart part={given.part} />;
      case "figure":
        return <SizesFigure />;
      case "picture":
        return <img src={given.source} alt={given.words} className={classes.picture} />;
      case "paragraph":
        return <p>{inline(given.inside)}</p>;
      case "list":
        return <ul>{together(given.items.map(listItem))}</ul>;
    }
  };
  return <div className={classes.text}>{together(blocks.map(block))}</div>;
}

/** A link within the page: it opens a lesson or sets the form, and a run under way goes on. */
function LessonLink({ to, children }: { to: string; children: ReactNode }) {
  const app = useApp();
  if (to.startsWith("https://")) {
    return (
      <a href={to} target="_blank" rel="noreferrer">
        {children}
      </a>
    );
  }
  const follow = (event: MouseEvent) => {
    if (!to.startsWith("?") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const [query = "", view] = to.split("#");
    const lesson = new URLSearchParams(query).get("lesson");
    if (lesson === null) app.change(readLink(query).config);
    else openLesson(lesson);
    if (view !== undefined) window.location.hash = view;
  };
  return (
    <a href={to} onClick={follow}>
      {children}
    </a>
  );
}
