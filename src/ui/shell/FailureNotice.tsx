import { UnstyledButton } from "@mantine/core";
import type { FailureCode } from "../../protocol/messages";
import { isActive } from "../../state/state";
import actions from "../kit/Actions.module.css";
import { useApp, useAppState, useOnline } from "../kit/hooks";
import { Notice } from "../kit/Notice";
import { ReloadButton } from "../kit/parts/ReloadButton";

/** What went wrong, and what to do about it. */
export function FailureNotice() {
  const app = useApp();
  const failure = useAppState((state) => state.failure);
  const code = failure?.code;
  // Of a run that failed of it, Train is the way to try again.
  const mayComeYet = useAppState(({ run }) => run?.phase !== "failed" && !isActive(run));
  const canLoad = mayComeYet && code !== undefined && FROM_SERVER.has(code);
  useOnline(canLoad, app.loadAgain);
  if (!failure) return null;
  return (
    <Notice code={failure.code} onDismiss={app.dismissFailure}>
      <strong>{failure.message}</strong> {failure.remedy}
      {(canLoad || code === "not-loaded") && (
        <div className={actions.actions} style={{ marginTop: 8 }}>
          {canLoad && (
            <UnstyledButton className={actions.primary} onClick={app.loadAgain}>
              Try again
            </UnstyledButton>
          )}
          {code === "not-loaded" && <ReloadButton />}
        </div>
      )}
    </Notice>
  );
}

/** What may have failed of a server that is away. */
const FROM_SERVER: ReadonlySet<FailureCode> = new Set(["not-loaded", "data"]);
