import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { isActive } from "../../../state/state";
import actions from "../Actions.module.css";
import { useApp, useAppState, useRuns } from "../hooks";

interface Props {
  readonly strong?: boolean;
  /** What the reload waits for once the run is stored. */
  readonly before?: () => Promise<void>;
}

/** Reloads the page once the run under way is stored as it stands: the page then offers to go on. */
export function ReloadButton({ strong = false, before }: Props) {
  const app = useApp();
  const isTraining = useAppState(({ run }) => isActive(run));
  const isKept = useRuns(({ kind }) => kind === "disk");
  const [isBusy, setBusy] = useState(false);
  const reload = async () => {
    setBusy(true);
    await app.keepRun();
    await before?.();
    window.location.reload();
  };
  return (
    <UnstyledButton
      className={strong ? actions.primary : actions.other}
      disabled={isBusy}
      onClick={() => void reload()}
    >
      {isBusy ? "Storing the run …" : `Reload${isTraining ? fate(isKept) : ""}`}
    </UnstyledButton>
  );
}

const fate = (isKept: boolean): string =>
  isKept ? " (your run is kept)" : " (your run ends: this browser stores nothing)";
