import { colourOf, DASHES } from "./colours";
import classes from "./RunKey.module.css";

interface Props {
  /** What tells the run from the others. */
  readonly label: string;
  readonly name: string;
  readonly place: number;
}

/** A run with its line in the chart: what tells it from the others, then its name. */
export function RunKey({ label, name, place }: Props) {
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
