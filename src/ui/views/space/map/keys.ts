/** What the map's keys do. */

import { placeOf } from "../../../../state/space/map/chart";
import type { SpaceMap } from "../../../../state/space/map/map";
import type { Space } from "../../../../state/space/space";
import type { MapView } from "./view";

/** CSS pixels that an arrow key moves the place by, and the map. */
const STEP = 12;
const PAN = 60;
const ZOOM = 1.25;
/** CSS pixels from the window's edge that the place keeps. */
const EDGE = 24;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface Parts {
  readonly view: MapView;
  readonly map: SpaceMap;
  readonly space: Space;
}

/** Null for keys that mean nothing here. */
export function mapKey(key: string, shift: boolean, { view, map, space }: Parts) {
  const arrow = ARROWS[key];
  if (arrow) {
    const [right, down] = arrow;
    if (shift) return () => view.pan(-right * PAN, -down * PAN);
    return () => step(right, down);
  }
  switch (key) {
    case "+":
    case "=":
      return () => view.zoom(ZOOM);
    case "-":
      return () => view.zoom(1 / ZOOM);
    case "0":
      return () => view.fit();
    case "Enter":
      return () => {
        const { nearest, chart } = map.store.getState();
        if (nearest === null || !chart) return;
        map.goTo(placeOf(chart, nearest));
        space.pick(nearest);
      };
    case "Escape":
      return () => space.select(null);
    default:
      return null;
  }

  /** The window follows a place that would leave it. */
  function step(right: number, down: number): void {
    const { here } = map.store.getState();
    if (!here) return;
    const from = view.toScreen(here);
    const to = { x: from.x + right * STEP, y: from.y + down * STEP };
    map.goTo(view.toMap(to));
    const beyond = (at: number, size: number) =>
      Math.max(0, EDGE - at) + Math.min(0, size - EDGE - at);
    const [x, y] = [beyond(to.x, view.size.width), beyond(to.y, view.size.height)];
    if (x !== 0 || y !== 0) view.pan(x, y);
  }
}
