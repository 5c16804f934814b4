/** For what keeps on paper the proportions that it was laid out with on the screen. */

import type { CSSProperties } from "react";

/**
 * The style of an element with `data-drawn`, which print.css makes as narrow as the sheet.
 *
 * @param width CSS pixels that it takes on the screen
 */
export const drawnFor = (width: number) => ({ "--drawn": Math.max(1, width) }) as CSSProperties;
