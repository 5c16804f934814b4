/**
 * A map of the space: where the garments' codes stand on two axes, and what the decoder draws at
 * any place between them. No React.
 */

import { createStore, type StoreApi } from "zustand/vanilla";
import { createLatest } from "../../../client/latest";
import type { UmapOptions } from "../../../client/umap";
import { mean } from "../../../math/vectors";
import type { ImageStrip } from "../../../protocol/messages";
import { AnswerError } from "../../../protocol/rpc";
import type { UmapRequest, UmapStep } from "../../../protocol/umap";
import type { Space, SpaceState } from "../space";
import type { Bounds, Point } from "./camera";
import {
  type AxesName,
  type Chart,
  codesAt,
  nearestGarment,
  ownPlane,
  placeOf,
  planeChart,
  principalPlane,
  type Rest,
  umapChart,
} from "./chart";
import { type TileGrid, tileCentres, tileGrid } from "./tiles";

/** Pictures all over the window, decoded from the codes that stand there. */
export interface Tiles extends TileGrid {
  /** Line by line from the top left. */
  readonly pictures: ImageStrip;
}

export interface MapState {
  readonly axes: AxesName;
  readonly rest: Rest;
  /**
   * Null until the codes are there. Of other axes than those chosen while UMAP has no layout yet: it
   * begins where they left the garments.
   */
  readonly chart: Chart | null;
  /** Garments that UMAP lays out: the first of the test split, which is in random order. */
  readonly umapPoints: number;
  /** How far UMAP is; null where it is not under way. */
  readonly umap: { readonly step: UmapStep; readonly share: number } | null;
  /**
   * Why UMAP did not come to its end: by hand, since it could not be had, or the message says why;
   * null where it did or may.
   */
  readonly umapEnd: "stopped" | "missing" | "failed" | null;
  /** The place that is looked at. */
  readonly here: Point | null;
  /** The garment that is nearest to it. */
  readonly nearest: number | null;
  /** What the decoder draws there: one picture. */
  readonly drawn: ImageStrip | null;
  readonly tiles: Tiles | null;
}

/** UMAP is chosen, and the garments still stand on the axes before it. */
export const isUmapPending = ({ axes, chart }: MapState): boolean =>
  axes === "umap" && chart !== null && chart.axes !== "umap";

export interface SpaceMap {
  readonly store: StoreApi<MapState>;
  /**
   * Starts UMAP where it is chosen and not there yet, and stops it where another is. A choice before
   * the codes are there holds once they are.
   */
  setAxes(axes: AxesName): void;
  setRest(rest: Rest): void;
  /** Lays that many garments out, unless that is known from before. */
  setUmapPoints(count: number): void;
  stopUmap(): void;
  startUmap(): void;
  /** Looks at a place: the decoder draws what lives there. */
  goTo(place: Point): void;
  /** Has the decoder draw all over a part of the map, so many pictures side by side. */
  drawTiles(bounds: Bounds, columns: number): void;
  dropTiles(): void;
  dispose(): void;
}

/** Garments that UMAP lays out unless more are asked for: 10 seconds on a slow machine. */
const UMAP_POINTS = 2000;
/** Before anything is known of the images. */
const SQUARE = { width: 1, height: 1 };
/** Every map of the same codes is the same. */
const UMAP_SEED = 1;

/** Axes that a net has: its own where two numbers stand for a garment, whether all or the first. */
export function axesOf({ net }: Pick<SpaceState, "net">): AxesName[] {
  // A single number is its own principal axis.
  if (net?.config.latentSize === 1) return ["own", "umap"];
  const hasOwn = net !== null && (net.nested || net.config.latentSize <= 2);
  return hasOwn ? ["pca", "own", "umap"] : ["pca", "umap"];
}

/** Choices for a code's other numbers; none where there are no others, or no plane. */
export function restsOf({ net }: Pick<SpaceState, "net">, axes: AxesName): Rest[] {
  if (!net || axes === "umap" || net.config.latentSize <= 2) return [];
  return axes === "own" ? ["none", "mean", "near"] : ["mean", "near"];
}

/** @param layOut UMAP, wherever it is computed */
export function createMap(
  space: Space,
  layOut: (request: UmapRequest, options: UmapOptions) => Promise<Float32Array>,
): SpaceMap {
  const store = createStore<MapState>(() => ({
    axes: "pca",
    rest: "mean",
    chart: null,
    umapPoints: UMAP_POINTS,
    umap: null,
    umapEnd: null,
    here: null,
    nearest: null,
    drawn: null,
    tiles: null,
  }));
  const latest = { here: createLatest(), tiles: createLatest() };
  /** Finished layouts, by their number of points. */
  const layouts = new Map<number, Chart>();
  const planes = new Map<AxesName, Chart>();
  let working: AbortController | null = null;
  /** What was chosen before there was anything to show. */
  let chosen: AxesName | null = null;
  let isBegun = false;
  let isEnded = false;
  /** What the tiles were asked for last; null where none are wanted. */
  let wanted: TileGrid | null = null;

  const chartOf = (axes: "pca" | "own"): Chart | null => {
    const { codes, axes: principal } = space.store.getState();
    if (!codes || !principal) return null;
    const plane = axes === "pca" ? principalPlane(principal) : ownPlane(codes.size);
    const chart = planes.get(axes) ?? planeChart(axes, codes, plane);
    planes.set(axes, chart);
    return chart;
  };

  /** Codes at places of the chart that is shown, decoded. */
  const decode = async (points: readonly Point[]): Promise<ImageStrip | null> => {
    const { chart, rest } = store.getState();
    const { codes, axes, net } = space.store.getState();
    if (!chart || !codes || !axes || !net) return null;
    return space.ask("decode", {
      net: net.net,
      codes: codesAt(chart, codes, axes.mean, rest, points),
      kept: chart.plane && rest === "none" ? Math.min(2, codes.size) : null,
    });
  };

  const drawHere = (): void => {
    const { here, chart } = store.getState();
    if (!here || !chart) return;
    store.setState({ nearest: nearestGarment(chart, here) });
    latest
      .here(() => decode([here]))
      .then((drawn) => {
        // An answer that is overtaken by other axes is that of another place.
        if (drawn && store.getState().chart?.axes === chart.axes) store.setState({ drawn });
      })
      .catch(space.report);
  };

  const pullTiles = (): void => {
    const grid = wanted;
    if (!grid) return;
    const { axes } = store.getState();
    latest
      .tiles(() => decode(tileCentres(grid)))
      .then((pictures) => {
        if (pictures && wanted && store.getState().axes === axes) {
          store.setState({ tiles: { ...grid, pictures } });
        }
      })
      .catch(space.report);
  };

  /** Another chart: the garment that was looked at is looked at on it too, at first their middle. */
  const show = (chart: Chart | null): void => {
    const { nearest } = store.getState();
    const seen = chart && nearest !== null && nearest < chart.x.length ? nearest : null;
    const here = chart && (seen === null ? middleOf(chart) : placeOf(chart, seen));
    store.setState({ chart, here, tiles: null });
    drawHere();
  };

  const stop = (): void => {
    working?.abort(new Error("stopped"));
    working = null;
    store.setState({ umap: null });
  };

  const pointsOf = (asked: number): number =>
    Math.min(asked, space.store.getState().codes?.count ?? 0);

  const startUmap = (): void => {
    stop();
    const { codes } = space.store.getState();
    const begun = chartOf("pca");
    if (!codes || !begun) return;
    const count = pointsOf(store.getState().umapPoints);
    const known = layouts.get(count);
    forgive();
    store.setState({ umapEnd: null });
    if (known) {
      show(known);
      return;
    }
    const control = new AbortController();
    working = control;
    store.setState({ umap: { step: "neighbours", share: 0 } });
    const request: UmapRequest = {
      codes: codes.codes.slice(0, count * codes.size),
      size: codes.size,
      start: Float32Array.from({ length: 2 * count }, (_, i) =>
        i % 2 === 0 ? begun.x[i / 2]! : begun.y[(i - 1) / 2]!,
      ),
      seed: UMAP_SEED,
    };
    layOut(request, {
      signal: control.signal,
      onProgress: ({ step, share, positions }) => {
        store.setState({ umap: { step, share } });
        if (positions) show(umapChart(positions));
      },
    })
      .then((positions) => {
        const chart = umapChart(positions);
        layouts.set(count, chart);
        working = null;
        store.setState({ umap: null });
        show(chart);
      })
      .catch((error) => {
        if (control.signal.aborted) return;
        working = null;
        const isMissing = error instanceof AnswerError && error.isPassing;
        store.setState({ umap: null, umapEnd: isMissing ? "missing" : "failed" });
        space.report(error);
      });
  };

  /** UMAP that could not be had is no longer waited for, or is asked for anew. */
  const forgive = (): void => {
    if (store.getState().umapEnd === "missing") space.report(null);
  };

  const setAxes = (axes: AxesName): void => {
    stop();
    if (!isBegun) {
      chosen = axes;
      store.setState({ axes });
      return;
    }
    forgive();
    const rest = restsOf(space.store.getState(), axes)[0] ?? "mean";
    store.setState({ axes, rest, umapEnd: null });
    if (axes === "umap") {
      // The layout begins with the principal axes: until it moves, those are shown.
      if (store.getState().chart === null) show(chartOf("pca"));
      startUmap();
    } else {
      show(chartOf(axes));
    }
  };

  const begin = (state: SpaceState): void => {
    if (isBegun || isEnded || !state.axes || !state.net) return;
    isBegun = true;
    const usual = state.net.config.latentSize <= 2 ? "own" : "pca";
    setAxes(chosen !== null && axesOf(state).includes(chosen) ? chosen : usual);
  };
  begin(space.store.getState());
  const unsubscribe = space.store.subscribe(begin);

  return {
    store,
    setAxes,
    setRest(rest) {
      store.setState({ rest });
      drawHere();
      pullTiles();
    },
    setUmapPoints(umapPoints) {
      store.setState({ umapPoints });
      if (store.getState().axes === "umap") startUmap();
    },
    startUmap,
    stopUmap() {
      if (!working) return;
      stop();
      store.setState({ umapEnd: "stopped" });
    },
    goTo(here) {
      store.setState({ here });
      drawHere();
    },
    drawTiles(bounds, columns) {
      const { width, height } = space.store.getState().images?.shape ?? SQUARE;
      wanted = tileGrid(bounds, columns, height / width);
      pullTiles();
    },
    dropTiles() {
      wanted = null;
      store.setState({ tiles: null });
    },
    dispose() {
      isEnded = true;
      unsubscribe();
      stop();
    },
  };
}

/** The mean of all garments' places. */
function middleOf({ x, y }: Chart): Point {
  return x.length === 0 ? { x: 0, y: 0 } : { x: mean(x), y: mean(y) };
}
