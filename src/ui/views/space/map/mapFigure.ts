/** The map as a figure: points and pictures as shapes of their own, sharp at any size. */

import { elementOf } from "../../../../math/vectors";
import type { ImageStrip } from "../../../../protocol/messages";
import { imageAt } from "../../../../state/images";
import {
  type Camera,
  type Point,
  toScreen,
  type WindowSize,
} from "../../../../state/space/map/camera";
import { placeOf } from "../../../../state/space/map/chart";
import type { Tiles } from "../../../../state/space/map/map";
import { picturePart } from "../../../figure/picture";
import { make } from "../../../figure/svg";
import { imageRaster } from "../../../pictures/draw";
import { hexOfColour } from "./raster";
import { FAINT, FRAME, FULL, radiusOf, type Scene, type Thumbs, thumbsIn } from "./scene";

/** Points that are drawn together, colour by colour: those of one colour are a single shape. */
const TOGETHER = 400;

/** What the map's window shows, in its CSS pixels. */
export function mapFigure(scene: Scene, camera: Camera, size: WindowSize): SVGElement {
  const part = make("svg", { ...size, overflow: "hidden" });
  const place = (point: Point) => toScreen(camera, size, point);
  if (scene.tiles) {
    part.append(...tilesOf(scene.tiles, camera.scale, place));
    return part;
  }
  part.append(...dotsOf(scene, size, place));
  const thumbs = thumbsIn(scene.chart, scene.images.shape, camera, size);
  if (thumbs) part.append(...thumbsOf(scene, thumbs, place));
  return part;
}

type ToScreen = (point: Point) => Point;

function dotsOf({ chart, colours, selected }: Scene, size: WindowSize, place: ToScreen) {
  const radius = radiusOf(chart.x.length);
  const all = [...chart.x.keys()];
  const layers = selected
    ? [
        { places: all.filter((i) => !selected[i]), alpha: FAINT },
        { places: all.filter((i) => selected[i]), alpha: FULL },
      ]
    : [{ places: all, alpha: FULL }];
  const colour = elementOf(colours);
  const parts: SVGElement[] = [];
  for (const { places, alpha } of layers) {
    for (let from = 0; from < places.length; from += TOGETHER) {
      const shapes = new Map<number, string>();
      for (const i of places.slice(from, from + TOGETHER)) {
        const { x, y } = place(placeOf(chart, i));
        if (x < -radius || y < -radius || x > size.width + radius || y > size.height + radius) {
          continue;
        }
        // A line of no length with round ends is a dot.
        const dot = `M${x.toFixed(1)} ${y.toFixed(1)}h0`;
        shapes.set(colour(i), (shapes.get(colour(i)) ?? "") + dot);
      }
      for (const [stroke, d] of shapes) {
        parts.push(
          make("path", {
            d,
            fill: "none",
            stroke: hexOfColour(stroke),
            "stroke-width": 2 * radius,
            "stroke-linecap": "round",
            "stroke-opacity": alpha,
          }),
        );
      }
    }
  }
  return parts;
}

function thumbsOf(
  { chart, colours, selected, images }: Scene,
  { places, scale }: Thumbs,
  place: ToScreen,
) {
  const width = images.shape.width * scale;
  const height = images.shape.height * scale;
  const colour = elementOf(colours);
  return places.map((i) => {
    const { x, y } = place(placeOf(chart, i));
    const opacity = selected && !selected[i] ? FAINT : 1;
    const [left, top] = [x - width / 2, y - height / 2];
    const part = make("g", { opacity });
    part.append(
      make("rect", {
        x: left - FRAME,
        y: top - FRAME,
        width: width + 2 * FRAME,
        height: height + 2 * FRAME,
        fill: hexOfColour(colour(i)),
      }),
      picturePart(rasterOf(images, i), { x: left, y: top, width, height }),
    );
    return part;
  });
}

function tilesOf(tiles: Tiles, scale: number, place: ToScreen) {
  const [width, height] = [tiles.width * scale, tiles.height * scale];
  const { x: left, y: top } = place({ x: tiles.left, y: tiles.top });
  return Array.from({ length: tiles.columns * tiles.rows }, (_, i) =>
    picturePart(rasterOf(tiles.pictures, i), {
      x: left + (i % tiles.columns) * width,
      y: top + Math.floor(i / tiles.columns) * height,
      width,
      height,
    }),
  );
}

const rasterOf = (strip: ImageStrip, image: number) =>
  imageRaster(imageAt(strip, image)!, strip.shape);
