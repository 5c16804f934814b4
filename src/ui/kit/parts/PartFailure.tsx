import { UnstyledButton } from "@mantine/core";
import { useEffect, useState } from "react";
import { askServer, PartError } from "../../../client/parts";
import actions from "../Actions.module.css";
import { useOnline } from "../hooks";
import { WarningIcon } from "../icons";
import { LazyPartError } from "./lazyPart";
import classes from "./PartFailure.module.css";
import { ReloadButton } from "./ReloadButton";

interface Props {
  /** "The map", "This chart". */
  readonly name: string;
  readonly error: unknown;
  readonly onTryAgain: () => void;
  readonly onClose?: (() => void) | undefined;
}

/** In place of a part of the page that failed or did not arrive: why, and what can be done. */
export function PartFailure({ name, error, onTryAgain, onClose }: Props) {
  const cause = error instanceof LazyPartError ? error.cause : error;
  const isMissing = cause instanceof PartError;
  const isNewer = useNewBuild(isMissing);
  useForgotten(error);
  useOnline(isMissing && cause.isPassing, onTryAgain);
  return (
    <div className={classes.failure} role="alert" data-testid="part-failure">
      <WarningIcon size={20} />
      <p>
        {isNewer ? (
          <>
            <strong>A new version of this page is there.</strong> The server no longer has the files
            of the one that you see: reload to get {lowered(name)}.
          </>
        ) : (
          <>
            <strong>
              {name} {isMissing ? "could not be loaded:" : "failed:"}
            </strong>{" "}
            {reasonOf(cause)} Everything else goes on.
          </>
        )}
      </p>
      <div className={actions.actions}>
        {!isNewer && (
          <UnstyledButton className={actions.primary} onClick={onTryAgain}>
            Try again
          </UnstyledButton>
        )}
        {(isNewer || !isMissing || !cause.isPassing) && <ReloadButton strong={isNewer} />}
        {onClose && (
          <UnstyledButton className={actions.other} onClick={onClose}>
            Close
          </UnstyledButton>
        )}
      </div>
    </div>
  );
}

function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** "The map" within a sentence. */
const lowered = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** Whether the server has another build of the page; asked once. */
function useNewBuild(isAsked: boolean): boolean {
  const [isNewer, setNewer] = useState(false);
  useEffect(() => {
    let isOver = false;
    if (isAsked) void askServer().then((answer) => !isOver && setNewer(answer === "newer"));
    return () => {
      isOver = true;
    };
  }, [isAsked]);
  return isNewer;
}

/** Whoever leaves the part and comes back finds it asked for anew. */
function useForgotten(error: unknown): void {
  useEffect(() => {
    if (error instanceof LazyPartError) return error.forget;
  }, [error]);
}
