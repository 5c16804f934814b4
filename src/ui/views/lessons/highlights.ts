/** The parts of the page that a lesson can light up, by the names that lessons give them. */

export interface Highlight {
  /** As the lesson's link says it. */
  readonly words: string;
  /** Name of its view, as behind "#". */
  readonly view: string;
  /** What finds it: the marks that are there already, so that no visit without lessons pays for more. */
  readonly selector: string;
}

const testId = (name: string): string => `[data-testid="${name}"]`;

export const HIGHLIGHTS = {
  net: { words: "the nets", view: "train", selector: testId("presets") },
  figure: {
    words: "the net’s figure",
    view: "train",
    selector: 'figure[aria-label^="The net, from"]',
  },
  layers: { words: "the net’s layers", view: "train", selector: testId("net-editor") },
  recipe: { words: "the recipe", view: "train", selector: testId("recipe") },
  loss: { words: "the chart of losses", view: "train", selector: testId("loss-chart") },
  ssim: { words: "the chart of SSIM", view: "train", selector: testId("ssim-chart") },
  reconstructions: {
    words: "the reconstructions",
    view: "train",
    selector: testId("reconstructions"),
  },
  results: {
    words: "this net beside PCA",
    view: "train",
    selector: `${testId("test-results")}, ${testId("live-results")}`,
  },
  lab: { words: "the latent lab", view: "lab", selector: testId("lab") },
  map: { words: "the map of codes", view: "space", selector: testId("map") },
} as const satisfies Readonly<Record<string, Highlight>>;

export type HighlightName = keyof typeof HIGHLIGHTS;

/** Marks what is lit, for styles. */
const LIT = "data-lesson-part";

/**
 * Lights up a part, once it is on the page, and brings it into sight.
 *
 * @returns what ends that
 */
export function light({ selector }: Highlight): () => void {
  let lit: Element | null = null;
  let isInSight = false;
  const look = () => {
    // A view that is drawn anew has another element in its place.
    if (lit?.isConnected) return;
    lit = document.querySelector(selector);
    if (!lit) return;
    lit.setAttribute(LIT, "");
    // Once: whoever has scrolled on meanwhile is not brought back.
    if (!isInSight) lit.scrollIntoView({ block: "nearest", behavior: behaviour() });
    isInSight = true;
  };
  const changes = new MutationObserver(look);
  changes.observe(document.body, { childList: true, subtree: true });
  look();
  return () => {
    changes.disconnect();
    lit?.removeAttribute(LIT);
  };
}

const behaviour = (): ScrollBehavior =>
  window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
