import { describe, expect, it } from "vitest";
import {
  boundsOf,
  fitted,
  panned,
  toMap,
  toScreen,
  zoomed,
} from "../../../../../src/state/space/map/camera";

const SIZE = { width: 800, height: 500 };
const POINTS = { left: -4, right: 6, bottom: -1, top: 2 };

describe("a map's camera", () => {
  it("has all points in view, as large as they fit, and the middle in the middle", () => {
    const camera = fitted(POINTS, SIZE);
    const corner = toScreen(camera, SIZE, { x: -4, y: 2 });
    expect(corner.x).toBeCloseTo(28, 6);
    expect(corner.y).toBeGreaterThan(28);
    expect(toScreen(camera, SIZE, { x: 1, y: 0.5 })).toEqual({ x: 400, y: 250 });
    // Points in one place.
    expect(fitted({ left: 2, right: 2, bottom: 3, top: 3 }, SIZE)).toEqual({
      x: 2,
      y: 3,
      scale: 125,
    });
  });

  it("goes from the map to the screen and back", () => {
    const camera = { x: 3, y: -2, scale: 40 };
    const place = toMap(camera, SIZE, toScreen(camera, SIZE, { x: 1.25, y: 7 }));
    expect(place.x).toBeCloseTo(1.25, 10);
    expect(place.y).toBeCloseTo(7, 10);
    const { left, top } = boundsOf(camera, SIZE);
    expect(toScreen(camera, SIZE, { x: left, y: top })).toEqual({ x: 0, y: 0 });
  });

  it("moves with the hand", () => {
    const camera = { x: 3, y: -2, scale: 40 };
    const before = toScreen(camera, SIZE, { x: 1, y: 1 });
    const after = toScreen(panned(camera, 30, -12), SIZE, { x: 1, y: 1 });
    expect(after.x - before.x).toBeCloseTo(30, 10);
    expect(after.y - before.y).toBeCloseTo(-12, 10);
  });

  it("zooms about a place that stays where it is, up to an end", () => {
    const whole = fitted(POINTS, SIZE);
    const about = { x: 620, y: 90 };
    const place = toMap(whole, SIZE, about);
    const near = zoomed(whole, SIZE, about, 3, whole.scale);
    expect(near.scale).toBeCloseTo(3 * whole.scale, 10);
    const there = toScreen(near, SIZE, place);
    expect(there.x).toBeCloseTo(about.x, 8);
    expect(there.y).toBeCloseTo(about.y, 8);
    expect(zoomed(whole, SIZE, about, 1e6, whole.scale).scale).toBe(400 * whole.scale);
    expect(zoomed(whole, SIZE, about, 1e-6, whole.scale).scale).toBe(whole.scale / 4);
  });
});
