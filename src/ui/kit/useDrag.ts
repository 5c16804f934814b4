import { type PointerEvent, useRef } from "react";

interface Drag {
  readonly onStart: (event: PointerEvent<Element>) => void;
  readonly onMove: (event: PointerEvent<Element>) => void;
  /** The pointer was lifted. */
  readonly onEnd?: (event: PointerEvent<Element>) => void;
  /** The browser took the pointer, to scroll for example. */
  readonly onCancel?: () => void;
}

/**
 * Handlers that follow the pointer that pressed first until it is lifted, wherever it goes; others,
 * such as a second finger or the ball of the thumb, do nothing meanwhile.
 */
export function useDrag({ onStart, onMove, onEnd, onCancel }: Drag) {
  const followed = useRef<number | null>(null);
  const isFollowed = ({ pointerId }: PointerEvent) => pointerId === followed.current;
  const onTaken = (event: PointerEvent<Element>) => {
    if (!isFollowed(event)) return;
    followed.current = null;
    onCancel?.();
  };
  return {
    onPointerDown(event: PointerEvent<Element>) {
      if (event.button !== 0 || followed.current !== null) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      followed.current = event.pointerId;
      onStart(event);
    },
    onPointerMove(event: PointerEvent<Element>) {
      if (isFollowed(event)) onMove(event);
    },
    onPointerUp(event: PointerEvent<Element>) {
      if (!isFollowed(event)) return;
      followed.current = null;
      onEnd?.(event);
    },
    onPointerCancel: onTaken,
    onLostPointerCapture: onTaken,
  };
}
