import { VisuallyHidden } from "@mantine/core";
import { useDebouncedValue, useMediaQuery } from "@mantine/hooks";
import { classNameAt } from "../../../../state/images";
import type { Point } from "../../../../state/space/map/camera";
import type { Rest } from "../../../../state/space/map/chart";
import { restsOf } from "../../../../state/space/map/map";
import { useItem } from "../../../kit/hooks";
import controls from "../../../kit/Panels.module.css";
import { fittingScale } from "../../../pictures/draw";
import { Garment } from "../Garment";
import { useSpaceState } from "../space";
import { GarmentPair } from "./GarmentPair";
import classes from "./HerePanel.module.css";
import { useMap, useMapState } from "./maps";

/** What lives at the place that is looked at, and the garment that lives nearest to it. */
export function HerePanel() {
  const item = useItem();
  const drawn = useMapState((state) => state.drawn);
  const here = useMapState((state) => state.here);
  const nearest = useMapState((state) => state.nearest);
  const hasOneAxis = useMapState(({ chart }) => chart?.plane?.up === null);
  const narrow = useMediaQuery("(max-width: 900px)", false, { getInitialValueInEffect: false });
  const shape = useSpaceState(({ images }) => images?.shape);
  const size = narrow ? 140 : 280;
  const scale = shape ? fittingScale(shape, size) : 0;
  const room = shape
    ? { width: shape.width * scale, height: shape.height * scale }
    : { width: size, height: size };
  return (
    <aside className={classes.panel} aria-label="What lives here">
      <h4>What the decoder draws here</h4>
      <div className={classes.picture} style={room} data-testid="here-picture">
        {drawn && (
          <Garment
            strip={drawn}
            place={0}
            size={size}
            label="Decoded image of the place on the map"
          />
        )}
      </div>
      <div className={classes.details}>
        <p className={classes.place} data-testid="here">
          {here ? wordsOf(here, hasOneAxis) : " "}
        </p>
        <RestChoice />
        {nearest !== null && (
          <div>
            <h5>The nearest {item.one}</h5>
            <GarmentPair place={nearest} size={84} />
          </div>
        )}
        <Spoken />
      </div>
    </aside>
  );
}

function wordsOf({ x, y }: Point, hasOneAxis: boolean): string {
  // Rounding may leave a minus before nothing.
  const [right, up] = [x, y].map((value) => value.toFixed(2).replace(/^-0\.00$/, "0.00"));
  return hasOneAxis ? `at ${right}` : `at ${right} to the right, ${up} upwards`;
}

/** For those who do not see it: where a keyboard has come to rest. */
function Spoken() {
  const item = useItem();
  const nearest = useMapState((state) => state.nearest);
  const name = useSpaceState(({ images }) =>
    nearest === null || !images ? null : classNameAt(images, nearest),
  );
  const ssim = useSpaceState(({ rebuilt }) =>
    nearest === null ? null : (rebuilt?.figures.ssimWriteup[nearest] ?? null),
  );
  const words =
    name === null
      ? ""
      : `Nearest ${item.one}: ${name}${ssim === null ? "" : `, SSIM ${ssim.toFixed(3)}`}`;
  const [rested] = useDebouncedValue(words, 500);
  return <VisuallyHidden role="status">{rested}</VisuallyHidden>;
}

const restWords = (rest: Rest, one: string): string =>
  ({
    mean: "their mean over the test images",
    near: `those of the nearest ${one}`,
    none: "left out: it decodes from two",
  })[rest];

const otherWords = (count: number, noun: string): string =>
  count === 1 ? `The other ${noun} is` : `The other ${count} ${noun}s are`;

/** A map has two axes, a code more numbers: what those are is a choice, and said. */
function RestChoice() {
  const item = useItem();
  const map = useMap();
  const axes = useMapState((state) => state.axes);
  const rest = useMapState((state) => state.rest);
  const net = useSpaceState((state) => state.net);
  const rests = restsOf({ net }, axes);
  if (rests.length === 0 || !net) return null;
  const others = net.config.latentSize - 2;
  return (
    <label className={classes.rest}>
      {otherWords(others, axes === "pca" ? "direction" : "number")}
      <select
        className={controls.select}
        value={rest}
        onChange={({ currentTarget }) => map.setRest(currentTarget.value as Rest)}
      >
        {rests.map((each) => (
          <option key={each} value={each}>
            {restWords(each, item.one)}
          </option>
        ))}
      </select>
    </label>
  );
}
