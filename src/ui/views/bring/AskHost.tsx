import controls from "../../kit/Controls.module.css";
import dialogs from "../../kit/Dialog.module.css";
import { useApp } from "../../kit/hooks";
import classes from "./BringDialog.module.css";

interface Props {
  readonly host: string;
  /** The address. */
  readonly what: string;
}

/** The link that opened the page names images of another host, which is asked of nothing unbidden. */
export function AskHost({ host, what }: Props) {
  const { ownData } = useApp();
  return (
    <div className={classes.looking}>
      <p>
        This link asks for images from <b>{host}</b>. That host will see that you get them; nothing
        is sent to it, and what it sends is read in this tab.
      </p>
      <p className={classes.small}>{what}</p>
      <div className={dialogs.foot}>
        <button type="button" className={controls.quiet} onClick={ownData.cancel}>
          Cancel
        </button>
        <button type="button" className={controls.go} onClick={ownData.allow}>
          Get the images
        </button>
      </div>
    </div>
  );
}
