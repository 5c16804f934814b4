import { UnstyledButton } from "@mantine/core";
import { configFor } from "../../config/recipes";
import { isChanged, isOfRecipe, putBack, type SettingPart } from "../../state/recipe";
import { useApp, useAppState } from "./hooks";
import { ResetIcon } from "./icons";
import classes from "./PutBack.module.css";
import { partValue } from "./recipe/words";

interface Props {
  readonly part: SettingPart;
  /** What the setting is called. */
  readonly label: string;
}

/** Marks a setting that was changed by hand: a button with its usual value, which puts it back. */
export function PutBack({ part, label }: Props) {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  if (!isChanged(settings, part)) return null;
  const value = partValue(part, configFor(settings.preset));
  const words = `Put ${label} back to ${value}${isOfRecipe(part) ? ", as in the recipe" : ""}`;
  return (
    <UnstyledButton
      className={classes.back}
      aria-label={words}
      title={words}
      onClick={() => app.change(putBack(settings, [part]))}
    >
      <ResetIcon size={11} />
      <span className={classes.value}>{value}</span>
    </UnstyledButton>
  );
}
