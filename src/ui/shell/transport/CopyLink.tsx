import { useClipboard } from "@mantine/hooks";
import { runKey } from "../../../config/config";
import type { RunResult } from "../../../runs/results";
import { writeLink } from "../../../state/link";
import { type AppState, formSpec } from "../../../state/state";
import { stopOf } from "../../../state/stopped";
import { writeResultLink } from "../../../state/write-result-link";
import { useApp, useAppState } from "../../kit/hooks";
import { LinkIcon } from "../../kit/icons";
import { Tool } from "./Tool";

/** Milliseconds that the button says what it has done. */
const TELL_FOR = 2000;

/**
 * Copies the page's address with the form's settings: whoever opens it can train the same run. Once the run
 * of these settings has ended, its figures go along.
 */
export function CopyLink() {
  const { store } = useApp();
  const hasResult = useAppState((state) => resultOf(state) !== null);
  const { copy, copied, error } = useClipboard({ timeout: TELL_FOR });
  const act = () => {
    const { origin, pathname } = window.location;
    const state = store.getState();
    const [spec, result] = [formSpec(state), resultOf(state)];
    const link = result
      ? writeResultLink(result.config, result.test, spec)
      : writeLink(state.settings, spec);
    copy(`${origin}${pathname}${link}`);
  };
  const what = hasResult ? "this run and its figures" : "these settings";
  // A page over plain HTTP has no clipboard, but its address is the link.
  const [name, label] = error
    ? ["Link", "Link: copy it from the address bar, this browser does not let the page do it"]
    : copied
      ? ["Copied", `Copied: a link to ${what}`]
      : ["Link", `Copy link to ${what}`];
  return <Tool name={name} label={label} icon={<LinkIcon />} act={act} />;
}

/** What the form's settings came to, where the run that is shown is theirs and has ended. */
function resultOf({ run, settings }: AppState): RunResult | null {
  const result = (run && !stopOf(run) && run.result) || null;
  return result && runKey(result.config) === runKey(settings) ? result : null;
}
