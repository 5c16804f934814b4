import { useApp, useAppState } from "../kit/hooks";
import { Notice } from "../kit/Notice";

/** What the page's address asked for that cannot be: named one by one. */
export function LinkNotice() {
  const app = useApp();
  const problems = useAppState((state) => state.linkProblems);
  if (problems.length === 0) return null;
  return (
    <Notice code="link" onDismiss={app.dismissLinkProblems}>
      <strong>This link has settings that the page cannot take; the others are set.</strong>
      <ul>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
    </Notice>
  );
}
