import { useApp, useAppState } from "../common/hooks";
import { Notice } from "./Notice";

/** What went wrong, and what to do about it. */
export function FailureNotice() {
  const app = useApp();
  const failure = useAppState((state) => state.failure);
  if (!failure) return null;
  return (
    <Notice code={failure.code} onDismiss={app.dismissFailure}>
      <strong>{failure.message}</strong> {failure.remedy}
    </Notice>
  );
}
