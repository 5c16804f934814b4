/** The largest net has 4 M weights, 16 MB; with Adam's moments and best weights 64 MB. */
export const MOST_FILE_BYTES = 200e6;
