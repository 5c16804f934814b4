import { type RefObject, useEffect, useRef } from "react";
import type { Point } from "../../../../state/space/map/camera";
import { placeOf } from "../../../../state/space/map/chart";
import { useSpace } from "../space";
import classes from "./MapMarks.module.css";
import { useMap } from "./maps";
import type { MapView } from "./view";

interface Props {
  readonly view: MapView;
  /** A lasso on its way. */
  readonly loop: RefObject<SVGPolygonElement | null>;
}

/** What lies over the map: the place that is looked at, the garments picked, a lasso. */
export function MapMarks({ view, loop }: Props) {
  const map = useMap();
  const space = useSpace();
  const cross = useRef<SVGGElement>(null);
  const picks = useRef<(SVGCircleElement | null)[]>([]);

  useEffect(() => {
    const put = (element: SVGElement | null | undefined, place: Point | null) => {
      element?.toggleAttribute("data-absent", place === null);
      if (!element || !place) return;
      const { x, y } = view.toScreen(place);
      element.setAttribute("transform", `translate(${x} ${y})`);
    };
    const follow = () => {
      const { here, chart } = map.store.getState();
      put(cross.current, here);
      const { picked } = space.store.getState();
      for (const i of [0, 1]) {
        const place = picked[i];
        const isThere = chart && place !== undefined && place < chart.x.length;
        put(picks.current[i], isThere ? placeOf(chart, place) : null);
      }
    };
    follow();
    const ends = [
      view.onPaint(follow),
      map.store.subscribe((state, before) => {
        if (state.here !== before.here) follow();
      }),
      space.store.subscribe((state, before) => {
        if (state.picked !== before.picked) follow();
      }),
    ];
    return () => {
      for (const end of ends) end();
    };
  }, [view, map, space]);

  return (
    <svg className={classes.over} aria-hidden="true">
      {[0, 1].map((i) => (
        <circle
          key={i}
          ref={(element) => {
            picks.current[i] = element;
          }}
          className={classes.picked}
          r={11}
          data-absent
        />
      ))}
      <polygon ref={loop} className={classes.loop} />
      <g ref={cross} className={classes.cross} data-testid="cross">
        <circle r={7} />
        <path d="M-13 0h6M13 0h-6M0 -13v6M0 13v-6" />
      </g>
    </svg>
  );
}
