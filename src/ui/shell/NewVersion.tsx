import { UnstyledButton } from "@mantine/core";
import { useEffect, useState } from "react";
import { keepOffline, takeOver } from "../../client/offline";
import actions from "../kit/Actions.module.css";
import { ReloadButton } from "../kit/parts/ReloadButton";
import classes from "./RunNotices.module.css";
import { useLeisure } from "./useLeisure";

/** Has the page kept in the browser once there is time, and offers a newer version of it: nobody's tab is reloaded unasked. */
export function NewVersion() {
  const [newer, setNewer] = useState<ServiceWorker | null>(null);
  const hasTime = useLeisure();
  useEffect(() => (hasTime ? keepOffline(setNewer) : undefined), [hasTime]);
  if (!newer) return null;
  return (
    <section className={classes.resume} aria-label="A new version" data-testid="new-version">
      <p role="status">
        <strong>There is a new version of this page.</strong> This tab goes on with the one it has
        until you reload it.
      </p>
      <ReloadButton strong before={() => takeOver(newer)} />
      <UnstyledButton className={actions.other} onClick={() => setNewer(null)}>
        Not now
      </UnstyledButton>
    </section>
  );
}
