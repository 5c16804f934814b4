import { UnstyledButton } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { CloseIcon } from "../../kit/icons";
import classes from "./ToolPanel.module.css";

interface Props {
  readonly title: string;
  readonly testId: string;
  /** What its last button is called. */
  readonly closeLabel: string;
  readonly onClose: () => void;
  /** In the line of the title. */
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

/** What a tool of the net opens under the figure: it takes the focus and gives it back, and Escape closes it. */
export function ToolPanel({ title, testId, closeLabel, onClose, tools, children }: Props) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected)
        before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <section
      ref={panel}
      className={classes.panel}
      tabIndex={-1}
      aria-label={title}
      data-testid={testId}
      data-screen-only=""
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <header className={classes.header}>
        <h3>{title}</h3>
        {tools}
        <UnstyledButton className={classes.icon} aria-label={closeLabel} onClick={onClose}>
          <CloseIcon size={14} />
        </UnstyledButton>
      </header>
      {children}
    </section>
  );
}
