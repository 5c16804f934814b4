/** How components read the app: through selectors, at a rate that they choose. */

import {
  createContext,
  type RefObject,
  startTransition,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type StoreApi, useStore } from "zustand";
import type { InferenceClient } from "../../client/inference";
import type { DataSpec } from "../../datasets/dataset";
import { type ItemWords, itemWords } from "../../datasets/item-words";
import type { App } from "../../state/app";
import type { Sweep } from "../../state/lab/sweep";
import type { SweepLog } from "../../state/lab/sweep-log";
import type { OwnDataState } from "../../state/own-data";
import type { PlanState } from "../../state/plans";
import type { RunsState } from "../../state/runs";
import { type AppState, dataSpec, formSpec, picturedSpec } from "../../state/state";

export const AppContext = createContext<App | null>(null);

/** The app that `main.tsx` made. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error("AppContext is missing: wrap the page in AppContext.Provider");
  return app;
}

export const InferenceContext = createContext<InferenceClient | null>(null);

/** The inference client that `main.tsx` made. */
export function useInference(): InferenceClient {
  const inference = useContext(InferenceContext);
  if (!inference)
    throw new Error("InferenceContext is missing: wrap the page in InferenceContext.Provider");
  return inference;
}

export const SweepContext = createContext<SweepLog | null>(null);

/** The log of sweeps that `main.tsx` made: it listens to runs whatever view is open. */
export function useSweepLog(): SweepLog {
  const log = useContext(SweepContext);
  if (!log) throw new Error("SweepContext is missing: wrap the page in SweepContext.Provider");
  return log;
}

export function useSweeps<T>(select: (state: PlanState<Sweep>) => T): T {
  return useStore(useSweepLog().store, select);
}

/** A part of the state; the component renders again only when that part changes. */
export function useAppState<T>(select: (state: AppState) => T): T {
  return useStore(useApp().store, select);
}

/** What the images are that the form is for. */
export const useFormSpec = (): DataSpec => useAppState(formSpec);

/** What the loaded images are: their shape, and the names of their classes. */
export const useDataSpec = (): DataSpec => useAppState(dataSpec);

/** What one of the loaded images is called: "garment". */
export function useItem(): ItemWords {
  const spec = useDataSpec();
  return useMemo(() => itemWords(spec), [spec]);
}

/** What the images are that the training view's pictures show: the run's. */
export const usePicturedSpec = (): DataSpec => useAppState(picturedSpec);

/** A part of what is known of kept runs. */
export function useRuns<T>(select: (state: RunsState) => T): T {
  return useStore(useApp().runs.state, select);
}

/** A part of what is known of data sets of one's own. */
export function useOwnData<T>(select: (state: OwnDataState) => T): T {
  return useStore(useApp().ownData.state, select);
}

/**
 * Calls `act` after a part of the state has changed, at most every `milliseconds`, and always
 * after the last change of a burst; returns the way to end that.
 */
function throttled(
  store: StoreApi<AppState>,
  select: (state: AppState) => unknown,
  milliseconds: number,
  act: () => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let last = 0;
  const unsubscribe = store.subscribe((state, previous) => {
    if (timer !== null || select(state) === select(previous)) return;
    const run = () => {
      timer = null;
      last = Date.now();
      act();
    };
    timer = setTimeout(run, Math.max(0, last + milliseconds - Date.now()));
  });
  return () => {
    unsubscribe();
    if (timer !== null) clearTimeout(timer);
  };
}

/**
 * Calls `act` with the frame after a part of the state has changed; returns the way to end that.
 *
 * For what the worker's messages change, which come about 10 times a second, and the pointer.
 */
export function followed(
  store: StoreApi<AppState>,
  select: (state: AppState) => unknown,
  act: () => void,
): () => void {
  let frame: number | null = null;
  const unsubscribe = store.subscribe((state, previous) => {
    if (frame !== null || select(state) === select(previous)) return;
    frame = requestAnimationFrame(() => {
      frame = null;
      act();
    });
  });
  return () => {
    unsubscribe();
    if (frame !== null) cancelAnimationFrame(frame);
  };
}

/**
 * A part of the state, renewed at most every `milliseconds` and only while `active`; the last
 * value of a burst always arrives.
 */
export function useSampled<T>(
  select: (state: AppState) => T,
  milliseconds: number,
  active: boolean,
): T {
  const { store } = useApp();
  const [value, setValue] = useState(() => select(store.getState()));
  const selector = useRef(select);
  selector.current = select;

  useEffect(() => {
    if (!active) return;
    const read = () => startTransition(() => setValue(() => selector.current(store.getState())));
    read();
    return throttled(store, (state) => selector.current(state), milliseconds, read);
  }, [store, milliseconds, active]);

  return value;
}

/** Whether an element is on the screen of a tab that is in front. */
export function useVisible(ref: RefObject<Element | null>): boolean {
  const [visible, setVisible] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    let near = false;
    const update = () => setVisible(near && document.visibilityState === "visible");
    const observer = new IntersectionObserver(
      (entries) => {
        near = entries.at(-1)?.isIntersecting ?? near;
        update();
      },
      { rootMargin: "100px" },
    );
    observer.observe(element);
    document.addEventListener("visibilitychange", update);
    return () => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", update);
    };
  }, [ref]);
  return visible;
}

/** Acts once the device is back on line, while `isAsked`. */
export function useOnline(isAsked: boolean, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (!isAsked) return;
    const back = () => latest.current();
    window.addEventListener("online", back);
    return () => window.removeEventListener("online", back);
  }, [isAsked]);
}

/**
 * An element's inner size in whole CSS pixels, 0 by 0 before the first layout: known before anything
 * is painted, so that nothing moves when what depends on it is drawn.
 */
export function useSize(ref: RefObject<Element | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const take = (exactWidth: number, exactHeight: number) => {
      const width = Math.floor(exactWidth);
      const height = Math.floor(exactHeight);
      setSize((old) => (old.width === width && old.height === height ? old : { width, height }));
    };
    take(...innerSize(element));
    const observer = new ResizeObserver((entries) => {
      const entry = entries.at(-1);
      if (entry) take(entry.contentRect.width, entry.contentRect.height);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}

/** Width and height within borders and padding, in CSS pixels. */
function innerSize(element: Element): [number, number] {
  const { width, height } = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const sum = (...lengths: string[]): number =>
    lengths.reduce((total, length) => total + (Number.parseFloat(length) || 0), 0);
  const { paddingLeft, paddingRight, borderLeftWidth, borderRightWidth } = style;
  const { paddingTop, paddingBottom, borderTopWidth, borderBottomWidth } = style;
  return [
    width - sum(paddingLeft, paddingRight, borderLeftWidth, borderRightWidth),
    height - sum(paddingTop, paddingBottom, borderTopWidth, borderBottomWidth),
  ];
}
