import type { ImageSet, ImageShape } from "../../src/math/image-set";

/** What the tests' images are like unless a test is about shapes. */
export const GREY_28: ImageShape = { height: 28, width: 28, channels: 1 };

/** Bytes as images of 28 × 28 grey pixels. */
export const grey28 = (images: Uint8Array): ImageSet => ({ shape: GREY_28, images });
