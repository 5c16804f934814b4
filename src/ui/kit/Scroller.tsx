import { type ReactNode, useEffect, useRef, useState } from "react";
import { useSize } from "./hooks";

interface Props {
  readonly className: string | undefined;
  readonly children: ReactNode;
}

const TAKES_KEYS = "a[href], button:not(:disabled)";

/** Room for what may be wider than it: where nothing within takes the keyboard, the room itself does. */
export function Scroller({ className, children }: Props) {
  const room = useRef<HTMLDivElement>(null);
  const [isStop, setStop] = useState(false);
  // Another width of the window is a reason to look again.
  useSize(room);
  useEffect(() => {
    const element = room.current;
    if (!element) return;
    const scrolls = element.scrollWidth > element.clientWidth;
    setStop(scrolls && element.querySelector(TAKES_KEYS) === null);
  });
  return (
    <div ref={room} className={className} tabIndex={isStop ? 0 : undefined}>
      {children}
    </div>
  );
}
