import { UnstyledButton } from "@mantine/core";
import { leadOf, ROWS, type SettingPart } from "../../config/config";
import { configFor } from "../../config/recipes";
import { isChanged, putBack } from "../../state/recipe";
import { useApp, useAppState, useFormSpec } from "./hooks";
import { ResetIcon } from "./icons";
import classes from "./PutBack.module.css";
import { partValue } from "./recipe/words";

interface Props {
  readonly part: SettingPart;
  /** What it is called, where that is not its label in the table. */
  readonly label?: string;
}

/** Marks a setting that was changed by hand: a button with its usual value, which puts it back. */
export function PutBack({ part, label = ROWS[leadOf(part)].label }: Props) {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const spec = useFormSpec();
  if (!isChanged(settings, part)) return null;
  const value = partValue(part, configFor(settings.preset, { data: settings.data }), spec);
  const words = `Put ${label} back to ${value}${ROWS[leadOf(part)].group === "recipe" ? ", as in the recipe" : ""}`;
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
