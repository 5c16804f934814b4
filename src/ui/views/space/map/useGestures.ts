/** What pointers do on the map: look at places, move it, draw a loop, pinch. */

import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { Point } from "../../../../state/space/map/camera";
import { placeOf } from "../../../../state/space/map/chart";
import { insideLoop } from "../../../../state/space/map/lasso";
import { useSpace } from "../space";
import { type Tool, useMap } from "./maps";
import type { MapView } from "./view";

/** CSS pixels from a garment within which a pointer is on it. */
const REACH = 12;
/** CSS pixels that a press may move and still be a click. */
const STILL = 4;
/** How much a wheel's pixel zooms. */
const WHEEL = 0.0015;

interface Parts {
  readonly view: MapView | null;
  readonly frame: RefObject<HTMLElement | null>;
  /** The loop as it is drawn. */
  readonly loop: RefObject<SVGPolygonElement | null>;
  readonly tool: Tool;
}

interface Hovered extends Point {
  readonly place: number;
}

export function useGestures({ view, frame, loop, tool }: Parts) {
  const space = useSpace();
  const map = useMap();
  const [hovered, setHovered] = useState<Hovered | null>(null);
  /** Not React state: moves come faster than React renders. */
  const pointers = useRef(new Map<number, Point>());
  const begun = useRef<{ act: "look" | "move" | "lasso"; at: Point; isStill: boolean } | null>(
    null,
  );
  const corners = useRef<Point[]>([]);

  useEffect(() => {
    const element = frame.current;
    if (!element || !view) return;
    const onWheel = (event: WheelEvent) => {
      // A page that scrolls by shall not be caught here: the map takes the wheel once it is pressed.
      const isOurs = event.ctrlKey || document.activeElement === element;
      if (!isOurs) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const speed = event.ctrlKey ? 6 : 1;
      view.zoom(Math.exp(-event.deltaY * lines * WHEEL * speed), pixelOf(event, element));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [frame, view]);

  // Where the map has moved on, another garment is under the pointer.
  useEffect(() => view?.onMove(() => setHovered(null)), [view]);

  const drawLoop = () => {
    const text = corners.current.map(({ x, y }) => `${x},${y}`).join(" ");
    loop.current?.setAttribute("points", text);
  };

  const end = () => {
    begun.current = null;
    corners.current = [];
    drawLoop();
  };

  const handlers = {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (!view || event.button > 1) return;
      const at = pixelOf(event, event.currentTarget);
      event.currentTarget.setPointerCapture(event.pointerId);
      // Not every browser gives a pressed button the keyboard.
      event.currentTarget.focus({ preventScroll: true });
      pointers.current.set(event.pointerId, at);
      setHovered(null);
      if (pointers.current.size > 1) {
        end();
        return;
      }
      const act = event.button === 1 || event.shiftKey ? "move" : tool;
      begun.current = { act, at, isStill: true };
      if (act === "look") map.goTo(view.toMap(at));
      if (act === "lasso") corners.current = [at];
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      if (!view) return;
      const at = pixelOf(event, event.currentTarget);
      const before = pointers.current.get(event.pointerId);
      if (!before) {
        if (event.pointerType === "mouse") hover(at);
        return;
      }
      if (pointers.current.size === 2) pinch(event.pointerId, before, at);
      pointers.current.set(event.pointerId, at);
      const gesture = begun.current;
      if (!gesture) return;
      if (Math.hypot(at.x - gesture.at.x, at.y - gesture.at.y) > STILL) gesture.isStill = false;
      if (gesture.act === "look") map.goTo(view.toMap(at));
      if (gesture.act === "move") view.pan(at.x - before.x, at.y - before.y);
      if (gesture.act === "lasso") {
        corners.current.push(at);
        drawLoop();
      }
    },
    onPointerUp(event: PointerEvent<HTMLElement>) {
      pointers.current.delete(event.pointerId);
      const gesture = begun.current;
      if (view && gesture?.act === "lasso") selectLoop(view);
      else if (view && gesture?.isStill) click(view, gesture.at);
      end();
    },
    onPointerCancel(event: PointerEvent<HTMLElement>) {
      pointers.current.delete(event.pointerId);
      end();
    },
    onPointerLeave: () => setHovered(null),
  };

  function hover(at: Point): void {
    const place = view?.garmentAt(at, REACH) ?? null;
    if (place === null) setHovered(null);
    else if (place !== hovered?.place) setHovered({ ...at, place });
  }

  /** A click on a garment goes to where it is, and picks it. */
  function click(over: MapView, at: Point): void {
    const place = over.garmentAt(at, REACH);
    const { chart } = map.store.getState();
    if (place === null || !chart) return;
    map.goTo(placeOf(chart, place));
    space.pick(place);
  }

  /** A press without a loop selects nothing, as everywhere. */
  function selectLoop(over: MapView): void {
    const { chart } = map.store.getState();
    if (!chart) return;
    space.select(
      insideLoop(
        corners.current.map((corner) => over.toMap(corner)),
        chart,
      ),
    );
  }

  function pinch(id: number, before: Point, at: Point): void {
    const other = [...pointers.current].find(([each]) => each !== id)?.[1];
    if (!view || !other) return;
    const apart = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
    view.pan((at.x - before.x) / 2, (at.y - before.y) / 2);
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    view.zoom(apart(at) / apart(before), middle);
  }

  return { hovered, handlers };
}

function pixelOf(event: { clientX: number; clientY: number }, element: HTMLElement): Point {
  const box = element.getBoundingClientRect();
  return {
    x: event.clientX - box.left - element.clientLeft,
    y: event.clientY - box.top - element.clientTop,
  };
}
