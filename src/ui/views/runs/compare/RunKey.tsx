import type { RunRecord } from "../../../../storage/record";
import type { Labelled } from "./measures";
import classes from "./RunKey.module.css";

/** A colour and a dash for each place among runs beside each other, so that neither has to do alone. */
export const colourOf = (place: number): string => `var(--run-${place + 1})`;

export const DASHES: readonly string[] = ["", "7 3", "2 3", "9 3 2 3", "4 2", "12 4"];

/** A run with its line in the chart: what tells it from the others, then its name. */
export function RunKey({ record: { name }, label, place }: Labelled<Pick<RunRecord, "name">>) {
  return (
    <span className={classes.key}>
      <svg width="24" height="8" aria-hidden="true">
        <path
          d="M0 4h24"
          stroke={colourOf(place)}
          strokeWidth="2.4"
          strokeDasharray={DASHES[place] || undefined}
        />
      </svg>
      {label}
      {!label.includes(name) && <small>{name}</small>}
    </span>
  );
}
