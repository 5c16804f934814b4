import { VisuallyHidden } from "@mantine/core";
import type { CSSProperties } from "react";
import { STRIP_SIZES } from "../../runs/strip";
import classes from "./Strip.module.css";

/** Garments through more and more numbers and back, by the net that comes with the page: runs/strip.ts. */
export function Strip() {
  return (
    <a href="#lab" className={classes.strip}>
      <VisuallyHidden>
        Garments through {STRIP_SIZES.join(", ")} numbers and back, by a net that was trained
        before: try any size in the Lab
      </VisuallyHidden>
      {["garment", ...STRIP_SIZES].map((size, column) => (
        <span
          key={size}
          aria-hidden="true"
          className={`${classes.column} ${column === 0 ? classes.itself : ""}`}
          style={{ "--column": column } as CSSProperties}
        >
          <i className={classes.picture}>
            <i className={classes.garments} style={{ backgroundImage: "url(nets/nested.png)" }} />
          </i>
          <small>{size === 1 ? "1 number" : size}</small>
        </span>
      ))}
    </a>
  );
}
