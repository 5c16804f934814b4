import { createContext, Fragment, type ReactNode, Suspense, useContext, useState } from "react";
import { ErrorBoundary } from "react-error-boundary";
import { LazyPartError } from "./lazyPart";
import { PartFailure } from "./PartFailure";

const RenewalContext = createContext<(() => void) | null>(null);

/** Has the part of the page that a component stands in made anew, with all that it asks for. */
export function useRenewal(): () => void {
  const renew = useContext(RenewalContext);
  if (!renew) throw new Error("RenewalContext is missing: it comes with a Part");
  return renew;
}

interface Props {
  /** What is missing where it fails, as a sentence begins: "The map", "This chart". */
  readonly name: string;
  /** Class of a frame around what is said where it fails. */
  readonly frame?: string | undefined;
  /** Where the part can be closed, and so its failure. */
  readonly onClose?: () => void;
  /** Stands there until the part has been fetched. */
  readonly fallback?: ReactNode;
  readonly children: ReactNode;
}

/**
 * A part of the page that may fail, or not arrive, by itself: the rest of the page goes on, and the
 * part says so in its place and can be tried again.
 */
export function Part({ name, frame, onClose, fallback = null, children }: Props) {
  const [turn, setTurn] = useState(0);
  const [renew] = useState(() => () => setTurn((before) => before + 1));
  return (
    <ErrorBoundary
      fallbackRender={({ error, resetErrorBoundary }) => (
        <div className={frame}>
          <PartFailure
            name={name}
            error={error}
            onClose={onClose}
            onTryAgain={() => {
              if (error instanceof LazyPartError) error.forget();
              resetErrorBoundary();
            }}
          />
        </div>
      )}
    >
      <RenewalContext.Provider value={renew}>
        <Suspense fallback={fallback}>
          <Fragment key={turn}>{children}</Fragment>
        </Suspense>
      </RenewalContext.Provider>
    </ErrorBoundary>
  );
}
