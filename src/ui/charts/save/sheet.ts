/** What a saved picture of a chart says besides its curves. */

export interface SheetKey {
  readonly name: string;
  /** As CSS has it: `var(--net)`. */
  readonly colour: string;
  readonly dashed?: boolean;
}

export interface ChartSheet {
  readonly title: string;
  /** In the file's name: "loss". */
  readonly name: string;
  /** What the vertical axis measures. */
  readonly measure: string;
  readonly keys: readonly SheetKey[];
}
