import { useId } from "react";
import { RECIPES } from "../../../../config/recipes";
import type { PresetName } from "../../../../nets/presets";
import { PRESETS } from "../../../../nets/presets";
import { changedParts } from "../../../../state/recipe";
import { useApp, useAppState } from "../../../kit/hooks";
import classes from "./PresetChooser.module.css";

/** The nets, each with what it teaches; choosing one brings its recipe. */
export function PresetChooser() {
  return (
    <fieldset className={classes.presets} data-testid="presets">
      <legend>Net</legend>
      {PRESETS.map((name) => (
        <Card key={name} name={name} />
      ))}
    </fieldset>
  );
}

function Card({ name }: { name: PresetName }) {
  const app = useApp();
  const id = useId();
  const isChosen = useAppState((state) => state.settings.preset === name);
  const changes = useAppState((state) => (isChosen ? changedParts(state.settings).length : 0));
  const { title, teaches } = RECIPES[name];
  return (
    <label className={classes.card}>
      <input
        type="radio"
        name="preset"
        value={name}
        checked={isChosen}
        onChange={() => app.change({ preset: name })}
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-teaches`}
      />
      <span className={classes.title}>
        <span id={`${id}-title`}>{title}</span>
        {changes > 0 && <small>{changes === 1 ? "1 change" : `${changes} changes`}</small>}
      </span>
      <span id={`${id}-teaches`} className={classes.teaches}>
        {teaches}
      </span>
    </label>
  );
}
