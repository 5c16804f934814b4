import { ActionIcon } from "@mantine/core";
import type { ReactNode } from "react";
import { CloseIcon, WarningIcon } from "./icons";
import classes from "./Notice.module.css";

interface Props {
  /** What went wrong, for tests and style sheets. */
  readonly code: string;
  readonly children: ReactNode;
  readonly onDismiss: () => void;
}

/** Something the reader has to know now: read aloud at once, and there until it is dismissed. */
export function Notice({ code, children, onDismiss }: Props) {
  return (
    <div className={classes.notice} role="alert" data-code={code}>
      <WarningIcon size={22} />
      <div className={classes.words}>{children}</div>
      <ActionIcon
        variant="transparent"
        color="var(--ink)"
        aria-label="Dismiss message"
        onClick={onDismiss}
      >
        <CloseIcon />
      </ActionIcon>
    </div>
  );
}
