import { Popover, UnstyledButton } from "@mantine/core";
import { type ReactNode, useState } from "react";
import classes from "./Dropdown.module.css";

interface Props {
  /** On the button that opens it. */
  readonly label: ReactNode;
  readonly testId: string;
  /** Pixels, where the window is that wide. */
  readonly width: number;
  /** Which edge it has in common with its button. */
  readonly align: "start" | "end";
  readonly children: ReactNode;
}

/** A button, and what it opens over the page: nothing moves for it. Escape closes it. */
export function Dropdown({ label, testId, width, align, children }: Props) {
  const [opened, setOpened] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  const toggle = () => {
    setOpened(!opened);
    setWasOpened(true);
  };
  return (
    <div className={classes.place} data-screen-only="" data-testid={testId}>
      <Popover
        opened={opened}
        onChange={setOpened}
        position={`bottom-${align}`}
        offset={4}
        width={width}
        radius={6}
        // Beside its button in the order of the keyboard, and out of figures that are saved.
        withinPortal={false}
        transitionProps={{ duration: 0 }}
        middlewares={{ flip: true, shift: { padding: 12 } }}
        // Once there, it keeps its state while it is closed.
        keepMounted={wasOpened}
        trapFocus
        returnFocus
      >
        <Popover.Target>
          <UnstyledButton className={classes.button} onClick={toggle}>
            {label}
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown className={classes.panel ?? ""}>{children}</Popover.Dropdown>
      </Popover>
    </div>
  );
}
