/**
 * The strip of pictures that comes with the packed net, `nested.png`: garments of the test split, a
 * row each; first the garment itself, then what came back through so many numbers.
 */

/** Numbers that a garment goes through, ascending. */
export const STRIP_SIZES = [1, 4, 16, 64, 256] as const;

/**
 * Places in the test split: a shirt with a print on its chest, to which each size adds something that
 * one can name, spotted trousers, and a shirt with a few letters.
 */
export const STRIP_PLACES = [5, 11, 25] as const;
