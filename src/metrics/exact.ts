/** Apart from what works figures out, which a page that shows them has no use for. */

import type { QualityFigures } from "./metrics";

/** Whether reconstructions are the images, but for rounding: PCA with all of an image's numbers. */
export const isExact = ({ mse }: QualityFigures): boolean => mse < 1e-9;
