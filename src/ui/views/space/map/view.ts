/** The map on its canvas: what part of it is seen, painted when that or its content changes. */

import {
  type Bounds,
  boundsOf,
  type Camera,
  fitted,
  type Point,
  panned,
  toMap,
  toScreen,
  type WindowSize,
  zoomed,
} from "../../../../state/space/map/camera";
import { type Chart, placeOf } from "../../../../state/space/map/chart";
import { make } from "../../../figure/svg";
import { mapFigure } from "./mapFigure";
import { type Scene, ScenePainter } from "./scene";

/** Milliseconds that points take from one chart to another; a layout under way comes every 100. */
const GLIDE = 450;
const NEXT_LAYOUT = 120;

export class MapView {
  readonly #painter: ScenePainter;
  #camera: Camera = { x: 0, y: 0, scale: 1 };
  #size: WindowSize = { width: 0, height: 0 };
  #scene: Scene | null = null;
  #glide: { readonly x: Float32Array; readonly y: Float32Array; begun: number; ms: number } | null =
    null;
  #frame = 0;
  /** A hand has moved it: a layout under way no longer does. */
  #isMoved = false;
  readonly #movers = new Set<() => void>();
  readonly #painted = new Set<() => void>();

  constructor(canvas: HTMLCanvasElement) {
    this.#painter = new ScenePainter(canvas);
  }

  get camera(): Camera {
    return this.#camera;
  }

  get size(): WindowSize {
    return this.#size;
  }

  /** The part of the map that is seen. */
  get bounds(): Bounds {
    return boundsOf(this.#camera, this.#size);
  }

  /** Calls back when another part of the map is seen; returns the way to end that. */
  onMove(listener: () => void): () => void {
    this.#movers.add(listener);
    return () => {
      this.#movers.delete(listener);
    };
  }

  /** Calls back after each painting: what lies over the canvas follows. */
  onPaint(listener: () => void): () => void {
    this.#painted.add(listener);
    return () => {
      this.#painted.delete(listener);
    };
  }

  /** @param calm without motion */
  show(scene: Scene, calm: boolean): void {
    const before = this.#scene;
    this.#scene = scene;
    const changed = before?.chart !== scene.chart;
    if (changed && before && !calm) this.#beginGlide(before.chart, scene.chart);
    if (changed && (before?.chart.axes !== scene.chart.axes || !this.#isMoved)) this.fit();
    if (changed && this.#glide) this.#anchorGlide();
    this.#ask();
  }

  resize(width: number, height: number): void {
    this.#size = { width, height };
    this.#painter.resize(width, height);
    if (!this.#isMoved) this.fit();
    this.#ask();
  }

  /** All points in view. */
  fit(): void {
    if (!this.#scene || this.#size.width === 0) return;
    this.#move(fitted(this.#scene.chart.grid.bounds, this.#size));
    this.#isMoved = false;
  }

  pan(right: number, down: number): void {
    this.#move(panned(this.#camera, right, down));
  }

  /** @param about CSS pixels within the window; its middle where none is given */
  zoom(factor: number, about?: Point): void {
    if (!this.#scene) return;
    const { width, height } = this.#size;
    const place = about ?? { x: width / 2, y: height / 2 };
    const whole = fitted(this.#scene.chart.grid.bounds, this.#size).scale;
    this.#move(zoomed(this.#camera, this.#size, place, factor, whole));
  }

  toMap(pixel: Point): Point {
    return toMap(this.#camera, this.#size, pixel);
  }

  toScreen(place: Point): Point {
    return toScreen(this.#camera, this.#size, place);
  }

  /** The garment within so many CSS pixels of a place in the window; null where there is none. */
  garmentAt(pixel: Point, reach: number): number | null {
    if (!this.#scene) return null;
    const { x, y } = this.toMap(pixel);
    const { chart } = this.#scene;
    const place = chart.grid.nearest(x, y, 1)[0];
    if (place === undefined) return null;
    const nearest = placeOf(chart, place);
    const distance = Math.hypot(nearest.x - x, nearest.y - y);
    return distance * this.#camera.scale <= reach ? place : null;
  }

  /** What the window shows, as shapes; nothing before the first scene. */
  figure(): SVGElement {
    return this.#scene ? mapFigure(this.#scene, this.#camera, this.#size) : make("g", {});
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
  }

  #move(camera: Camera): void {
    this.#camera = camera;
    this.#isMoved = true;
    this.#ask();
    for (const listener of [...this.#movers]) listener();
  }

  #ask(): void {
    // A page that is being printed has no frame to wait for.
    if (window.matchMedia("print").matches) this.#paint(performance.now());
    this.#frame ||= requestAnimationFrame((now) => {
      this.#frame = 0;
      this.#paint(now);
    });
  }

  #paint(now: number): void {
    if (!this.#scene || this.#size.width === 0) return;
    const moving = this.#moving(now);
    this.#painter.paint(this.#scene, this.#camera, this.#size, moving);
    if (moving) this.#ask();
    for (const listener of [...this.#painted]) listener();
  }

  /** Keeps where the points are seen, so that they set out from there. */
  #beginGlide(from: Chart, to: Chart): void {
    const now = performance.now();
    const { x, y } = this.#moving(now) ?? from;
    // Points that were not there come from where they belong.
    const start = (axis: Float32Array, end: Float32Array, at: number) => axis[at] ?? end[at]!;
    this.#glide = {
      x: to.x.map((_, i) => this.toScreen({ x: start(x, to.x, i), y: 0 }).x),
      y: to.y.map((_, i) => this.toScreen({ x: 0, y: start(y, to.y, i) }).y),
      begun: now,
      ms: from.axes === "umap" && to.axes === "umap" ? NEXT_LAYOUT : GLIDE,
    };
  }

  /** From pixels to the new camera's map. */
  #anchorGlide(): void {
    const { x, y, ...rest } = this.#glide!;
    this.#glide = {
      x: x.map((pixel) => this.toMap({ x: pixel, y: 0 }).x),
      y: y.map((pixel) => this.toMap({ x: 0, y: pixel }).y),
      ...rest,
    };
  }

  /** Where points on their way are; null where none are. */
  #moving(now: number): { x: Float32Array; y: Float32Array } | null {
    if (!this.#glide || !this.#scene) return null;
    const share = (now - this.#glide.begun) / this.#glide.ms;
    if (share >= 1) {
      this.#glide = null;
      return null;
    }
    const eased = 1 - (1 - Math.max(0, share)) ** 3;
    const { chart } = this.#scene;
    const between = (from: Float32Array, to: Float32Array) =>
      to.map((end, i) => from[i]! + (end - from[i]!) * eased);
    return { x: between(this.#glide.x, chart.x), y: between(this.#glide.y, chart.y) };
  }
}
