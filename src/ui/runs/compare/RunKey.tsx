import { colourOf, DASHES } from "./colours";
import classes from "./RunKey.module.css";

/** A run's name with its line in the chart. */
export function RunKey({ name, place }: { name: string; place: number }) {
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
      {name}
    </span>
  );
}
