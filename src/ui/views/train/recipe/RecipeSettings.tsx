import { UnstyledButton } from "@mantine/core";
import { leadOf, ROWS, settingsOf } from "../../../../config/config";
import { changedParts, putBack, RECIPE_PARTS } from "../../../../state/recipe";
import { useApp, useAppState } from "../../../kit/hooks";
import form from "../../../kit/Settings.module.css";
import classes from "./RecipeSettings.module.css";
import { SettingField } from "./SettingField";

const FIRST = RECIPE_PARTS.filter((part) => ROWS[leadOf(part)].isFirst);

/** How the chosen net is trained, as far as a first hour changes it. */
export function RecipeSettings() {
  return (
    <section className={classes.recipe} aria-label="Recipe" data-testid="recipe">
      <Heading />
      <div className={classes.first}>
        {FIRST.flatMap(settingsOf).map((name) => (
          <SettingField key={name} name={name} />
        ))}
      </div>
    </section>
  );
}

function Heading() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const changed = changedParts(settings);
  return (
    <header className={form.header}>
      <h2>Recipe</h2>
      {changed.length === 0 ? (
        <span>as it comes with the net</span>
      ) : (
        <UnstyledButton
          className={classes.all}
          onClick={() => app.change(putBack(settings, changed))}
        >
          {changed.length === 1 ? "Put the change back" : `Put all ${changed.length} back`}
        </UnstyledButton>
      )}
    </header>
  );
}
