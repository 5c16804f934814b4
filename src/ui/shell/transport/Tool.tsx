import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Tool.module.css";

interface Props {
  /** Under the icon. */
  readonly name: string;
  /** What it does, where the name alone does not say it; begins with the name or holds it. */
  readonly label?: string;
  readonly icon: ReactNode;
  readonly act: () => void;
  readonly disabled?: boolean;
}

/** A small button of the row: an icon with its name under it, as large as a thumb. */
export function Tool({ name, label, icon, act, disabled = false }: Props) {
  return (
    <UnstyledButton
      className={classes.tool}
      onClick={act}
      disabled={disabled}
      aria-label={label}
      title={label}
    >
      {icon}
      {name}
    </UnstyledButton>
  );
}
