import { useEffect, useRef } from "react";
import type { LabState } from "../../../state/lab/types";
import { useLab } from "./lab";

interface Props {
  /** A constant function, so that effects do not start anew. */
  readonly of: (state: LabState) => string;
  readonly className?: string | undefined;
  readonly testId?: string;
}

/**
 * A figure that follows the slider: its text is changed in place, so that 40 of them a frame cost
 * React nothing.
 */
export function Figure({ of, className, testId }: Props) {
  const { store } = useLab();
  const element = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    const write = (state: LabState) => {
      const text = of(state);
      if (element.current && element.current.textContent !== text) {
        element.current.textContent = text;
      }
    };
    write(store.getState());
    return store.subscribe(write);
  }, [store, of]);

  return <span ref={element} className={className} data-figures data-testid={testId} />;
}
