import { useReducedMotion } from "@mantine/hooks";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { isUmapPending } from "../../../../state/space/map/map";
import { setVector } from "../../../figure/svg";
import { useSize } from "../../../kit/hooks";
import { useSpace, useSpaceState } from "../space";
import { GarmentPair } from "./GarmentPair";
import { mapKey } from "./keys";
import classes from "./MapCanvas.module.css";
import { MapMarks } from "./MapMarks";
import { MapTools } from "./MapTools";
import { type Look, useMap, useMapState } from "./maps";
import { colourOfHex } from "./raster";
import { useColours } from "./useColours";
import { useGestures } from "./useGestures";
import { MapView } from "./view";

/** Pictures side by side over the map's width, none smaller than an image of 28 pixels is. */
const tileColumns = (width: number) => Math.max(1, Math.min(15, Math.floor(width / 28)));

/** The map itself: moved, zoomed and looked at by pointer, touch or keyboard. */
export function MapCanvas({ look }: { look: Look }) {
  const space = useSpace();
  const map = useMap();
  const frame = useRef<HTMLButtonElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const loop = useRef<SVGPolygonElement>(null);
  const { width, height } = useSize(frame);
  const calm = useReducedMotion() ?? false;
  const [view, setView] = useState<MapView | null>(null);

  const chart = useMapState((state) => state.chart);
  const isPending = useMapState(isUmapPending);
  const tiles = useMapState((state) => state.tiles);
  const images = useSpaceState((state) => state.images);
  const selection = useSpaceState((state) => state.selection);
  const colours = useColours(look.colourBy);
  const selected = useMemo(() => {
    if (!images || !selection) return null;
    const mask = new Uint8Array(images.count);
    for (const place of selection) mask[place] = 1;
    return mask;
  }, [images, selection]);

  useEffect(() => {
    if (!canvas.current) return;
    const made = new MapView(canvas.current);
    setVector(canvas.current, () => made.figure());
    setView(made);
    return () => made.dispose();
  }, []);

  useEffect(() => {
    if (view && width > 0 && height > 0) view.resize(width, height);
  }, [view, width, height]);

  useEffect(() => {
    if (!view || !chart || !images || !colours || !frame.current) return;
    const ground = colourOfHex(getComputedStyle(frame.current).getPropertyValue("--raised"));
    view.show(
      {
        chart,
        colours: colours.colours,
        selected,
        images,
        tiles: look.tiles ? tiles : null,
        ground,
      },
      calm,
    );
  }, [view, chart, images, colours, selected, tiles, look.tiles, calm]);

  // What the decoder draws is asked for again whenever the window shows another part.
  useEffect(() => {
    if (!view || !look.tiles || !chart || width === 0) return;
    const ask = () => map.drawTiles(view.bounds, tileColumns(width));
    const end = view.onMove(ask);
    ask();
    return () => {
      end();
      map.dropTiles();
    };
  }, [view, map, look.tiles, chart, width]);

  const { hovered, handlers } = useGestures({ view, frame, loop, tool: look.tool });

  const onKeyDown = (event: KeyboardEvent) => {
    if (!view || event.altKey || event.ctrlKey || event.metaKey) return;
    const act = mapKey(event.key, event.shiftKey, { view, map, space });
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <div className={classes.room} data-pending={isPending || undefined}>
      {/* Pressing it looks at the place that is pressed. */}
      <button
        ref={frame}
        type="button"
        className={classes.map}
        aria-label="Map of the test images’ codes"
        aria-describedby="map-keys"
        data-testid="map"
        data-tool={look.tool}
        inert={isPending}
        onKeyDown={onKeyDown}
        {...handlers}
      >
        <canvas ref={canvas} className={classes.canvas} />
        {view && !isPending && <MapMarks view={view} loop={loop} />}
      </button>
      {hovered && (
        <div
          className={classes.card}
          style={{ left: cardLeft(hovered.x, width), top: hovered.y + 16 }}
          data-testid="hover-card"
        >
          <GarmentPair place={hovered.place} size={56} />
        </div>
      )}
      {view && !isPending && <MapTools view={view} />}
      {isPending && <Pending />}
    </div>
  );
}

/** In front of the points that still stand where UMAP begins. */
function Pending() {
  const end = useMapState((state) => state.umapEnd);
  return (
    <div className={classes.pending} data-testid="umap-pending">
      <p>
        <strong>{end ? "UMAP has no map." : "UMAP has no map yet."}</strong> The points still stand
        on the axes before it{end ? "." : ", from which it begins."}
      </p>
    </div>
  );
}

const CARD_WIDTH = 306;

const cardLeft = (x: number, width: number) => Math.max(0, Math.min(x + 14, width - CARD_WIDTH));
