import { WarningIcon } from "../../kit/icons";
import classes from "./BringDialog.module.css";

/** Why files were not taken, in their reader's words. */
export function BringError({ message }: { readonly message: string }) {
  return (
    <p className={classes.error} role="alert">
      <WarningIcon size={18} />
      <span>{message}</span>
    </p>
  );
}
