import { useStore } from "zustand";
import { type Arithmetic, createArithmetic, type Terms } from "../../../../state/space/arithmetic";
import { nameOf } from "../../../../state/space/ends";
import controls from "../../../kit/Controls.module.css";
import { useItem } from "../../../kit/hooks";
import { EndPicker } from "../EndPicker";
import { Garment } from "../Garment";
import { Part } from "../Section";
import { useOnceCoded, useSpaceState } from "../space";
import classes from "./ArithmeticPanel.module.css";

/** a − b + c with codes, decoded. */
export function ArithmeticPanel() {
  const item = useItem();
  const images = useSpaceState((state) => state.images);
  const present = [...new Set(images?.labels)].sort((a, b) => a - b);
  const [from, to] = present.map((id) => images?.spec.classNames[id]);
  const arithmetic = useOnceCoded(createArithmetic);
  return (
    <Part title={`${item.Many} can be added and taken away`} name="arithmetic">
      <p className={`${controls.note} ${classes.words}`}>
        What one code has over another can be put onto a third
        {to && `: the mean of ${to} less that of ${from} is a direction from ${from} to ${to}`}. How
        well that works is to be seen: the sum may lie where no {item.one} lives, and the nearest
        real one shows how far off that is.
      </p>
      {arithmetic && <Sum arithmetic={arithmetic} />}
    </Part>
  );
}

const SIGNS = { a: "", b: "−", c: "+" } as const;
const TITLES = { a: "From", b: "take", c: "and add" } as const;

function Sum({ arithmetic }: { arithmetic: Arithmetic }) {
  const item = useItem();
  const terms = useStore(arithmetic.store, (state) => state.terms);
  const pictures = useStore(arithmetic.store, (state) => state.pictures);
  const nearest = useStore(arithmetic.store, (state) => state.nearest);
  const images = useSpaceState((state) => state.images);
  return (
    <div className={classes.sum}>
      {(["a", "b", "c"] as const satisfies (keyof Terms)[]).map((term, row) => (
        <div key={term} className={classes.term}>
          <span className={classes.sign} aria-hidden="true">
            {SIGNS[term]}
          </span>
          <div>
            <Garment strip={pictures} place={row} size={112} />
            <EndPicker
              title={TITLES[term]}
              end={terms[term]}
              means
              compact
              onChange={(end) => arithmetic.set({ [term]: end })}
            />
          </div>
        </div>
      ))}
      <div className={classes.term}>
        <span className={classes.sign} aria-hidden="true">
          =
        </span>
        <figure data-testid="sum">
          <Garment strip={pictures} place={3} size={168} label="The decoded sum" />
          <figcaption>the sum, decoded</figcaption>
        </figure>
      </div>
      {nearest !== null && (
        <figure>
          <Garment strip={images} place={nearest} size={84} />
          <figcaption data-testid="nearest">
            the nearest real {item.one}’s code is that of{" "}
            {nameOf({ images, codes: null }, { kind: "garment", place: nearest })}
          </figcaption>
        </figure>
      )}
    </div>
  );
}
