/**
 * The little of Markdown that lessons are written in, as data: whoever renders it makes elements of
 * it, never HTML, so that nothing in a lesson can run.
 */

import { HIGHLIGHTS, type HighlightName } from "./highlights";

export type Inline =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "strong" | "emphasis"; readonly inside: readonly Inline[] }
  | { readonly kind: "link"; readonly to: string; readonly inside: readonly Inline[] }
  /** `{guess}` or `{relu.dead}`: what the reader answered, or a figure of a run. */
  | { readonly kind: "value"; readonly of: string; readonly figure: string | null };

export type Block =
  | { readonly kind: "paragraph"; readonly inside: readonly Inline[] }
  | { readonly kind: "list"; readonly items: readonly (readonly Inline[])[] }
  /** `[pictures: small]`: what the net of that run made of some images. */
  | { readonly kind: "pictures"; readonly of: string }
  /** `[show: loss]`: lights up a part of the page. */
  | { readonly kind: "show"; readonly part: HighlightName }
  /** `![What it shows](convolution.svg)`: one of src/lessons/pictures. */
  | { readonly kind: "picture"; readonly source: string; readonly words: string }
  /** `[figure: sizes]`: a figure that the lesson draws itself. */
  | { readonly kind: "figure"; readonly name: FigureName };

/** `sizes`: a garment through more and more numbers, by the net that comes with the page. */
export const FIGURES = ["sizes"] as const;
export type FigureName = (typeof FIGURES)[number];

const HIGHLIGHT_NAMES = Object.keys(HIGHLIGHTS) as HighlightName[];

const INLINE =
  /\*\*(?<strong>.+?)\*\*|\*(?<emphasis>.+?)\*|`(?<code>[^`]+)`|\[(?<words>[^\]]+)\]\((?<to>[^)\s]+)\)|\{(?<of>[a-z]\w*)(?:\.(?<figure>\w+))?\}/gsu;
const PICTURE = /^!\[([^\]]+)\]\(([\w-]+)\.svg\)$/;
const PICTURES = picturesByName();
const DRAWN = /^\[(pictures|show|figure): (\w+)\]$/;

/**
 * Blocks of a text; an empty line ends each.
 *
 * @throws Error for a link that leads elsewhere, and for parts, figures and pictures that there are not
 */
export function parseBlocks(text: string): Block[] {
  return text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(parseBlock);
}

function parseBlock(part: string): Block {
  const [, kind, name = ""] = DRAWN.exec(part) ?? [];
  if (kind === "pictures") return { kind, of: name };
  if (kind === "show") return { kind, part: oneOf(HIGHLIGHT_NAMES, name, part) };
  if (kind === "figure") return { kind, name: oneOf(FIGURES, name, part) };
  const [, words = "", picture = ""] = PICTURE.exec(part) ?? [];
  if (picture !== "") return { kind: "picture", words, source: pictureOf(picture) };
  const lines = part.split("\n");
  if (lines.every((line) => line.startsWith("- "))) {
    return { kind: "list", items: lines.map((line) => parseInline(line.slice(2))) };
  }
  return { kind: "paragraph", inside: parseInline(part.replaceAll("\n", " ")) };
}

/** Addresses of the pictures that texts may show: part of the code, so that none can be missing. */
function picturesByName(): ReadonlyMap<string, string> {
  const files = import.meta.glob<string>("../../../lessons/pictures/*.svg", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  return new Map(
    Object.entries(files).map(([path, svg]) => [
      path.replace(/^.*\/|\.svg$/g, ""),
      `data:image/svg+xml,${encodeURIComponent(svg)}`,
    ]),
  );
}

function pictureOf(name: string): string {
  const source = PICTURES.get(name);
  if (source !== undefined) return source;
  throw new Error(`there is no picture ${name}.svg; there are ${[...PICTURES.keys()].join(", ")}`);
}

function oneOf<Name extends string>(names: readonly Name[], name: string, part: string): Name {
  const found = names.find((each) => each === name);
  if (found === undefined) throw new Error(`${part} must name one of ${names.join(", ")}`);
  return found;
}

export function parseInline(text: string): Inline[] {
  const found: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) found.push({ kind: "text", text: text.slice(at, match.index) });
    at = match.index + match[0].length;
    found.push(inlineOf(match.groups ?? {}));
  }
  if (at < text.length) found.push({ kind: "text", text: text.slice(at) });
  return found;
}

function inlineOf(groups: Readonly<Record<string, string | undefined>>): Inline {
  const { strong, emphasis, code, words, to, of = "", figure } = groups;
  if (strong !== undefined) return { kind: "strong", inside: parseInline(strong) };
  if (emphasis !== undefined) return { kind: "emphasis", inside: parseInline(emphasis) };
  if (code !== undefined) return { kind: "code", text: code };
  if (words === undefined || to === undefined) return { kind: "value", of, figure: figure ?? null };
  if (!/^(#|\?|https:\/\/)/.test(to)) {
    throw new Error(`the link to ${to} must begin with #, ? or https://`);
  }
  return { kind: "link", to, inside: parseInline(words) };
}

/** All inline parts of blocks, those within others included. */
export function inlinesOf(blocks: readonly Block[]): Inline[] {
  const within = (inside: readonly Inline[]): Inline[] =>
    inside.flatMap((part) => ("inside" in part ? [part, ...within(part.inside)] : [part]));
  return blocks.flatMap((block) => {
    if (block.kind === "paragraph") return within(block.inside);
    return block.kind === "list" ? block.items.flatMap(within) : [];
  });
}
