import { type ReactNode, useEffect, useRef, useState } from "react";
import { useSize } from "./hooks";
import { drawnFor } from "./print";

interface Props {
  readonly className: string | undefined;
  /** CSS pixels that it takes on the screen, where it is laid out for them: paper shrinks it. */
  readonly drawn?: number;
  /** What it holds, for those who come to it with the keyboard. */
  readonly label: string;
  readonly children: ReactNode;
}

const TAKES_KEYS = "a[href], button:not(:disabled)";

/** Room for what may be wider than it: where nothing within takes the keyboard, the room itself does. */
export function Scroller({ className, drawn, label, children }: Props) {
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
    <div
      ref={room}
      className={className}
      {...(isStop ? { tabIndex: 0, role: "group", "aria-label": label } : {})}
      data-drawn={drawn === undefined ? undefined : ""}
      style={drawn === undefined ? undefined : drawnFor(drawn)}
    >
      {children}
    </div>
  );
}
