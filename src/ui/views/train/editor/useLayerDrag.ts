import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { useDrag } from "../../../kit/useDrag";

interface Drop {
  /** Let go over a gap: before that layer, or at the end. */
  onDrop(id: string, before: string | null): void;
  /** Let go outside of the row. */
  onAway(id: string): void;
}

/** Pixels before a press is a pull, and from the row's middle to where a layer is taken away. */
const THRESHOLD = 6;
const AWAY = 64;
/** Milliseconds that a finger rests on a layer before it moves that and not the row. */
const HOLD = 300;

interface Pull {
  readonly id: string;
  readonly element: HTMLElement;
  readonly x: number;
  readonly y: number;
  /** Of a finger: it may scroll the row until it has rested. */
  readonly isTouch: boolean;
}

/**
 * Layers of a row that a pointer pulls to another gap, or away. A finger rests first, or pulls up or
 * down: across, it scrolls the row.
 */
export function useLayerDrag(row: RefObject<HTMLElement | null>, { onDrop, onAway }: Drop) {
  const [dragged, setDragged] = useState<string | null>(null);
  const [isAway, setAway] = useState(false);
  /** Undefined while it is over no gap. */
  const [target, setTarget] = useState<string | null | undefined>();
  const pull = useRef<Pull | null>(null);
  const isPulled = useRef(false);
  const hold = useRef<ReturnType<typeof setTimeout>>(undefined);
  const dropped = useRef(false);

  // React's own listeners cannot keep the browser from scrolling.
  useEffect(() => {
    const element = row.current;
    const keep = (event: TouchEvent) => {
      if (isPulled.current && event.cancelable) event.preventDefault();
    };
    element?.addEventListener("touchmove", keep, { passive: false });
    return () => element?.removeEventListener("touchmove", keep);
  }, [row]);

  const begin = () => {
    isPulled.current = true;
    setDragged(pull.current?.id ?? null);
  };
  const end = () => {
    clearTimeout(hold.current);
    pull.current?.element.style.removeProperty("translate");
    pull.current = null;
    isPulled.current = false;
    setDragged(null);
    setAway(false);
    setTarget(undefined);
  };
  /** Where it would be let go. */
  const gapAt = ({ clientX, clientY }: PointerEvent): string | null | undefined => {
    const box = row.current?.getBoundingClientRect();
    if (!box || Math.abs(clientY - (box.top + box.bottom) / 2) > AWAY) return undefined;
    const gaps = [...(row.current?.querySelectorAll<HTMLElement>("[data-before]") ?? [])];
    const distance = (gap: HTMLElement) => {
      const { left, right } = gap.getBoundingClientRect();
      return Math.abs(clientX - (left + right) / 2);
    };
    const [nearest] = gaps.sort((a, b) => distance(a) - distance(b));
    return nearest ? nearest.dataset.before || null : undefined;
  };

  const handlers = useDrag({
    onStart(event) {
      dropped.current = false;
      const element = event.currentTarget;
      if (!(element instanceof HTMLElement)) return;
      const { clientX: x, clientY: y, pointerType } = event;
      const isTouch = pointerType === "touch";
      pull.current = { id: element.dataset.id ?? "", element, x, y, isTouch };
      if (isTouch) hold.current = setTimeout(begin, HOLD);
    },
    onMove(event) {
      const { current } = pull;
      if (!current) return;
      const [dx, dy] = [event.clientX - current.x, event.clientY - current.y];
      if (!isPulled.current) {
        const far = current.isTouch ? Math.abs(dy) : Math.hypot(dx, dy);
        if (far < (current.isTouch ? 2 * THRESHOLD : THRESHOLD)) return;
        begin();
      }
      current.element.style.translate = `${dx}px ${dy}px`;
      const gap = gapAt(event);
      setTarget(gap);
      setAway(gap === undefined);
    },
    onEnd(event) {
      const { current } = pull;
      const wasPulled = isPulled.current;
      const gap = gapAt(event);
      end();
      if (!current || !wasPulled) return;
      dropped.current = true;
      // The click that ends the pull comes before any task.
      setTimeout(() => {
        dropped.current = false;
      });
      if (gap === undefined) onAway(current.id);
      else onDrop(current.id, gap);
    },
    onCancel: end,
  });

  return {
    handlers,
    dragged,
    isAway,
    target,
    /** Whether the click that comes now ends a pull. */
    hasJustDropped: () => dropped.current,
  };
}
