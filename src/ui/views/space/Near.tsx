import { type ReactNode, useEffect, useRef, useState } from "react";
import classes from "./Near.module.css";

interface Props {
  /** CSS pixels that it takes about, so that the page keeps its place. */
  readonly height: number;
  readonly children: ReactNode;
}

/** Mounts a section once it comes near the screen, and keeps it. */
export function Near({ height, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);

  useEffect(() => {
    if (near || !place.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: "400px" },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [near]);

  return (
    <div ref={place} className={classes.near} style={near ? undefined : { minHeight: height }}>
      {near && children}
    </div>
  );
}
