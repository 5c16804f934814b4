/** Which part of a map the window shows: an image of the plane, upright and true to shape. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of a map's points, or of what the window shows; y upwards. */
export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** CSS pixels. */
export interface WindowSize {
  readonly width: number;
  readonly height: number;
}

export interface Camera {
  /** What stands in the middle of the window. */
  readonly x: number;
  readonly y: number;
  /** CSS pixels for 1 on the map. */
  readonly scale: number;
}

/** CSS pixels around the points when all of them are in view. */
const MARGIN = 28;
/** How much of the map is in view where all points are in one place. */
const AROUND_ONE_PLACE = 4;
/** How far zooming goes, from all points in view. */
const FURTHEST_OUT = 1 / 4;
const FURTHEST_IN = 400;

/** All points in view. */
export function fitted(
  { left, right, bottom, top }: Bounds,
  { width, height }: WindowSize,
): Camera {
  const room = (extent: number, size: number) =>
    extent > 0 ? Math.max(1, size - 2 * MARGIN) / extent : Number.POSITIVE_INFINITY;
  const scale = Math.min(room(right - left, width), room(top - bottom, height));
  return {
    x: (left + right) / 2,
    y: (bottom + top) / 2,
    // One point, or many in one place.
    scale: Number.isFinite(scale) ? scale : Math.min(width, height) / AROUND_ONE_PLACE,
  };
}

/** CSS pixels from the window's left and top. */
export function toScreen(camera: Camera, { width, height }: WindowSize, { x, y }: Point): Point {
  return {
    x: width / 2 + (x - camera.x) * camera.scale,
    y: height / 2 - (y - camera.y) * camera.scale,
  };
}

export function toMap(camera: Camera, { width, height }: WindowSize, { x, y }: Point): Point {
  return {
    x: camera.x + (x - width / 2) / camera.scale,
    y: camera.y - (y - height / 2) / camera.scale,
  };
}

export function boundsOf(camera: Camera, { width, height }: WindowSize): Bounds {
  const [right, up] = [width / 2 / camera.scale, height / 2 / camera.scale];
  return {
    left: camera.x - right,
    right: camera.x + right,
    bottom: camera.y - up,
    top: camera.y + up,
  };
}

/** Moves what is seen by so many CSS pixels to the right and down. */
export function panned(camera: Camera, right: number, down: number): Camera {
  const { x, y, scale } = camera;
  return { x: x - right / scale, y: y + down / scale, scale };
}

/**
 * Zooms by a factor about a place of the window, which stays where it is.
 *
 * @param whole the scale at which all points are in view, which sets the ends
 */
export function zoomed(
  camera: Camera,
  size: WindowSize,
  about: Point,
  factor: number,
  whole: number,
): Camera {
  const scale = Math.min(
    whole * FURTHEST_IN,
    Math.max(whole * FURTHEST_OUT, camera.scale * factor),
  );
  const place = toMap(camera, size, about);
  return {
    x: place.x - (about.x - size.width / 2) / scale,
    y: place.y + (about.y - size.height / 2) / scale,
    scale,
  };
}
