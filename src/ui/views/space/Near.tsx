import {
  type CSSProperties,
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
} from "react";
import classes from "./Near.module.css";

interface Props {
  /** CSS pixels that it takes about, in a wide window and on a phone. */
  readonly wide: number;
  readonly narrow: number;
  readonly children: ReactNode;
}

const FilledContext = createContext<(isFilled: boolean) => void>(() => {});

/** Says to the place of a section whether it is as full as it gets by itself. */
export function useFilled(isFilled: boolean): void {
  const say = useContext(FilledContext);
  useEffect(() => say(isFilled), [say, isFilled]);
}

/**
 * Mounts a section once it comes near the screen, and keeps it. Its place is reserved until it is
 * filled, so that what stands below does not move.
 */
export function Near({ wide, narrow, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  const [filled, setFilled] = useState(false);

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
    <div
      ref={place}
      className={classes.near}
      data-filled={filled || undefined}
      style={reserve(wide, narrow)}
    >
      <FilledContext.Provider value={setFilled}>{near && children}</FilledContext.Provider>
    </div>
  );
}

/** Stands where a part of a section is about to be, as high as that will be. */
export function Waiting({ wide, narrow, children }: Props) {
  return (
    <p className={classes.waiting} style={reserve(wide, narrow)}>
      {children}
    </p>
  );
}

const reserve = (wide: number, narrow: number) =>
  ({ "--wide": `${wide}px`, "--narrow": `${narrow}px` }) as CSSProperties;
