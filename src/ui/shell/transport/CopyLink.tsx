import { useClipboard } from "@mantine/hooks";
import { writeLink } from "../../../state/link";
import { formSpec } from "../../../state/state";
import { useApp } from "../../kit/hooks";
import { LinkIcon } from "../../kit/icons";
import { Tool } from "./Tool";

/** Milliseconds that the button says what it has done. */
const TELL_FOR = 2000;

/** Copies the page's address with the form's settings: whoever opens it can train the same run. */
export function CopyLink() {
  const { store } = useApp();
  const { copy, copied, error } = useClipboard({ timeout: TELL_FOR });
  const act = () => {
    const { origin, pathname } = window.location;
    const state = store.getState();
    copy(`${origin}${pathname}${writeLink(state.settings, formSpec(state))}`);
  };
  // A page over plain HTTP has no clipboard, but its address is the link.
  const [name, label] = error
    ? ["Link", "Link: copy it from the address bar, this browser does not let the page do it"]
    : copied
      ? ["Copied", "Copied: a link to these settings"]
      : ["Link", "Copy link to these settings"];
  return <Tool name={name} label={label} icon={<LinkIcon />} act={act} />;
}
