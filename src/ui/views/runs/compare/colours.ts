/** Runs beside each other: a colour and a dash for each place, so that neither has to do alone. */

export const colourOf = (place: number): string => `var(--run-${place + 1})`;

export const DASHES: readonly string[] = ["", "7 3", "2 3", "9 3 2 3", "4 2", "12 4"];
