import { type ReactNode, useState } from "react";
import { leadOf, ROWS, SETTING_NAMES } from "../../../../config/config";
import { SETTINGS } from "../../../../config/settings";
import type { ReadHidden } from "../../../../state/hidden";
import { isChanged } from "../../../../state/recipe";
import { useAppState, useItem } from "../../../kit/hooks";
import { lazyPart } from "../../../kit/parts/lazyPart";
import { Part } from "../../../kit/parts/Part";
import { remember, remembered } from "../../../kit/remembered";
import classes from "./More.module.css";

const MoreSettings = lazyPart("ui/views/train/recipe/MoreSettings", () => import("./MoreSettings"));

const KEY = "latent-loom.more";
const OPEN = "open";

/** What is chosen beside the net and its images, above. */
const ABOVE = ["latentSize", "data", "classes"];
/** Parts that only an opened More shows, each with what a link hides it by. */
const BEHIND = [...new Set(SETTING_NAMES.map((name) => SETTINGS[name].part))].flatMap((part) => {
  const { group, isFirst } = ROWS[leadOf(part)];
  if (isFirst || group === "net" || ABOVE.includes(part)) return [];
  return [{ part, hide: group === "recipe" ? ("recipe" as const) : ("device" as const) }];
});

interface Props extends Pick<ReadHidden, "hidden"> {
  /** What a first hour needs, where there is no room for it before: on a phone. */
  readonly first: ReactNode;
}

/** The controls that a first hour does without; whoever opened them finds them open the next time. */
export function More({ hidden, first }: Props) {
  const item = useItem();
  const [open, setOpen] = useState(() => remembered(KEY) === OPEN);
  const changes = useAppState(({ settings }) => {
    const changed = BEHIND.filter(
      ({ part, hide }) => !hidden.has(hide) && isChanged(settings, part),
    );
    return changed.length;
  });
  const isEmpty = hidden.has("recipe") && hidden.has("device");
  if (isEmpty && !(first && !hidden.has("garments"))) return null;
  return (
    <details
      className={classes.more}
      open={open}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
        remember(KEY, event.currentTarget.open ? OPEN : "closed");
      }}
    >
      <summary>
        More{" "}
        <small>
          {first && `${item.kinds}, epochs, `}
          {!hidden.has("recipe") && "loss, optimiser, "}
          {!hidden.has("device") && "seed, device"}
        </small>
        {changes > 0 && (
          <small className={classes.changes}>
            {changes === 1 ? "1 change" : `${changes} changes`}
          </small>
        )}
      </summary>
      {open && (
        <div className={classes.settings}>
          {first}
          {!isEmpty && (
            <Part name="More settings">
              <MoreSettings hidden={hidden} />
            </Part>
          )}
        </div>
      )}
    </details>
  );
}
