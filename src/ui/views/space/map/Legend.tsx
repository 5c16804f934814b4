import { PROTOCOL_NAMES } from "../../../charts/curves";
import { whole } from "../../../kit/format";
import { useItem } from "../../../kit/hooks";
import { cssColour } from "../../../pictures/draw";
import { useSpace, useSpaceState } from "../space";
import { classColour, gradient } from "./colours";
import classes from "./Legend.module.css";
import type { ColourBy, Look } from "./maps";
import { classCounts, useColours } from "./useColours";

/** What the points' colours stand for; a class's entry selects its garments. */
export function Legend({ look }: { look: Look }) {
  const item = useItem();
  const colours = useColours(look.colourBy);
  if (!colours) return null;
  const { ends, scheme } = colours;
  if (!ends) return <Classes look={look} />;
  return (
    <div className={classes.ramp} data-testid="legend">
      <span>{titleOf(look.colourBy)}</span>
      <span data-figures>{ends[0].toFixed(2)}</span>
      <i style={{ background: gradient(scheme) }} aria-hidden="true" />
      <span data-figures>{ends[1].toFixed(2)}</span>
      <small>one {item.one} in a hundred lies beyond either end</small>
    </div>
  );
}

function titleOf(colourBy: ColourBy): string {
  if (typeof colourBy === "number") return `Number ${colourBy + 1} of the code`;
  return colourBy === "class" ? "Class" : `SSIM, ${PROTOCOL_NAMES[colourBy]}`;
}

function Classes({ look }: { look: Look }) {
  const space = useSpace();
  const images = useSpaceState((state) => state.images);
  const selection = useSpaceState((state) => state.selection);
  const colours = useColours(look.colourBy);
  if (!images || !colours) return null;
  return (
    <fieldset className={classes.classes} data-testid="legend">
      <legend data-screen-only="">Press a class to select it</legend>
      {classCounts(images).map(([id, count]) => {
        const isSelected =
          selection?.length === count && selection.every((place) => images.labels[place] === id);
        return (
          <button
            key={id}
            type="button"
            data-print=""
            aria-pressed={isSelected}
            onClick={() =>
              space.select(
                isSelected
                  ? null
                  : [...images.labels.keys()].filter((i) => images.labels[i] === id),
              )
            }
          >
            <i style={{ background: cssColour(classColour(colours.scheme, id)) }} aria-hidden />
            {images.spec.classNames[id]} <span data-figures>{whole(count)}</span>
          </button>
        );
      })}
    </fieldset>
  );
}
