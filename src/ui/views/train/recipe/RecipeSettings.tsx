import { NativeSelect, Switch, UnstyledButton } from "@mantine/core";
import { LIMITS } from "../../../../config/config";
import { changedParts, putBack, withPatience } from "../../../../state/recipe";
import { sameLoss } from "../../../../state/settings";
import { useApp, useAppState } from "../../../kit/hooks";
import { NumberField } from "../../../kit/NumberField";
import { PutBack } from "../../../kit/PutBack";
import {
  lossFormula,
  otherSettings,
  patienceWords,
  scheduleWords,
} from "../../../kit/recipe/words";
import form from "../../../kit/Settings.module.css";
import { lossChoices, patienceChoices, sameSchedule, scheduleChoices } from "./choices";
import { Part } from "./Part";
import classes from "./RecipeSettings.module.css";

const FIELDS = [
  { name: "epochs", label: "Epochs" },
  { name: "batchSize", label: "Batch size" },
  { name: "learningRate", label: "Learning rate" },
] as const;

/** How the chosen net is trained: what its recipe says, and what was changed by hand. */
export function RecipeSettings() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  return (
    <section className={classes.recipe} aria-label="Recipe" data-testid="recipe">
      <Heading />
      <LossChoice />
      <ScheduleChoice />
      <div className={form.numbers}>
        {FIELDS.map(({ name, label }) => (
          <Part key={name} part={name} label={label}>
            <NumberField
              rule={LIMITS[name]}
              label={label}
              value={settings[name]}
              onCommit={(value) => app.change({ [name]: value })}
            />
          </Part>
        ))}
        <PatienceChoice />
      </div>
      <Part part="flips" label="Mirrored images">
        <Switch
          size="xs"
          label="Mirror images at random"
          checked={settings.flips}
          onChange={(event) => app.change({ flips: event.currentTarget.checked })}
        />
      </Part>
      <p className={classes.others}>
        {otherSettings(settings)} <PutBack part="optimizer" label="Optimiser" />
      </p>
    </section>
  );
}

function Heading() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const changed = changedParts(settings);
  return (
    <header className={classes.header}>
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

const select = { size: "xs", classNames: { input: form.select, label: form.name } } as const;
/** An option's value: its place in the list. */
const options = (words: readonly string[]) =>
  words.map((label, place) => ({ value: String(place), label }));

function LossChoice() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const choices = lossChoices(settings);
  return (
    <Part part="loss" label="Loss">
      <NativeSelect
        {...select}
        label="Loss"
        title={lossFormula(settings.loss)}
        value={String(choices.findIndex((loss) => sameLoss(loss, settings.loss)))}
        onChange={({ currentTarget }) => {
          const loss = choices[Number(currentTarget.value)];
          if (loss) app.change({ loss });
        }}
        data={options(choices.map(lossFormula))}
      />
    </Part>
  );
}

function ScheduleChoice() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const choices = scheduleChoices(settings);
  return (
    <Part part="schedule" label="Schedule">
      <NativeSelect
        {...select}
        label="Schedule"
        value={String(choices.findIndex((choice) => sameSchedule(choice, settings)))}
        onChange={({ currentTarget }) => app.change({ ...choices[Number(currentTarget.value)] })}
        data={options(choices.map(scheduleWords))}
      />
    </Part>
  );
}

function PatienceChoice() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const choices = patienceChoices(settings);
  return (
    <Part part="patience" label="Patience">
      <NativeSelect
        {...select}
        label="Patience"
        title="Epochs without progress on the validation split before training stops"
        value={String(choices.indexOf(settings.patience))}
        onChange={({ currentTarget }) => {
          const patience = choices[Number(currentTarget.value)];
          if (patience !== undefined) app.change(withPatience(settings, patience));
        }}
        data={options(choices.map(patienceWords))}
      />
    </Part>
  );
}
