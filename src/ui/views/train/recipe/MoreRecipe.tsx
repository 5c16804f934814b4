import { NativeSelect } from "@mantine/core";
import { type ComponentType, useMemo } from "react";
import { inWords, leadOf, ROWS, type SettingPart, settingsOf } from "../../../../config/config";
import { lossFormula, sameLoss } from "../../../../config/loss";
import { choiceProblem, type NetTraits, traitsOf } from "../../../../config/net";
import { SETTINGS } from "../../../../config/settings";
import { RECIPE_PARTS, withPatience } from "../../../../state/recipe";
import { useApp, useAppState, useFormSpec } from "../../../kit/hooks";
import { optimizerWords, otherSettings, scheduleWords } from "../../../kit/recipe/words";
import form from "../../../kit/Settings.module.css";
import { LabelWord } from "../../../kit/Word";
import {
  lossChoices,
  optimizerChoices,
  patienceChoices,
  sameOptimizer,
  sameSchedule,
  scheduleChoices,
} from "./choices";
import { Part } from "./Part";
import classes from "./RecipeSettings.module.css";
import { SettingField } from "./SettingField";

/** Where a field stands: lists over the whole width, then two small ones a row, then switches. */
type Slot = "list" | "small" | "switch";

interface Field {
  readonly slot: Slot;
  readonly Control: ComponentType;
}

/** Fields of parts that a setting's type does not give one; null where it stands elsewhere. */
const OWN: { readonly [Name in SettingPart]?: Field | null } = {
  // Beside the figure of the net.
  latentSize: null,
  loss: { slot: "list", Control: LossChoice },
  schedule: { slot: "list", Control: ScheduleChoice },
  patience: { slot: "small", Control: PatienceChoice },
  optimizer: { slot: "list", Control: OptimizerChoice },
};

const SLOTS = { number: "small", text: "small", choice: "list", switch: "switch" } as const;

/** The field of one part by the table, unless it has one of its own. */
function fieldOf(part: SettingPart): Field | null {
  const own = OWN[part];
  if (own !== undefined) return own;
  return {
    slot: SLOTS[SETTINGS[leadOf(part)].type.kind],
    Control: () => settingsOf(part).map((name) => <SettingField key={name} name={name} />),
  };
}

const FIELDS = RECIPE_PARTS.flatMap((part) => {
  const field = ROWS[leadOf(part)].isFirst ? null : fieldOf(part);
  return field ? [{ part, ...field }] : [];
});

/** The rest of the recipe: what a first hour does without. */
export function MoreRecipe() {
  const settings = useAppState((state) => state.settings);
  return (
    <section className={classes.recipe} aria-label="More of the recipe">
      <Fields slot="list" />
      <div className={form.numbers}>
        <Fields slot="small" />
      </div>
      <Fields slot="switch" />
      <p className={classes.others}>{otherSettings(settings)}</p>
    </section>
  );
}

/** Those that the chosen net can have. */
function Fields({ slot }: { readonly slot: Slot }) {
  const traits = useTraits();
  return FIELDS.filter(({ part, slot: own }) => {
    const { needs = [] } = ROWS[leadOf(part)];
    return own === slot && needs.every(({ isFor, net }) => isFor || net(traits));
  }).map(({ part, Control }) => <Control key={part} />);
}

/** What the chosen net is like; as one that can have anything, where it is none for the images. */
function useTraits(): NetTraits {
  const settings = useAppState((state) => state.settings);
  const image = useFormSpec();
  return useMemo(
    () =>
      choiceProblem(settings, image) === null
        ? traitsOf(settings, image)
        : { endsInSigmoid: true, endsInSoftmax: true, isNested: true, isVariational: true },
    [settings, image],
  );
}

const select = { size: "xs", classNames: { input: form.select, label: form.name } } as const;
/** An option's value: its place in the list. */
const options = (words: readonly string[]) =>
  words.map((label, place) => ({ value: String(place), label }));

function LossChoice() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const choices = lossChoices(settings, useTraits());
  const spec = useFormSpec();
  return (
    <Part part="loss">
      <NativeSelect
        {...select}
        label={<LabelWord>Loss</LabelWord>}
        title={lossFormula(settings.loss, spec)}
        value={String(choices.findIndex((loss) => sameLoss(loss, settings.loss)))}
        onChange={({ currentTarget }) => {
          const loss = choices[Number(currentTarget.value)];
          if (loss) app.change({ loss });
        }}
        data={options(choices.map((loss) => lossFormula(loss, spec)))}
      />
    </Part>
  );
}

function ScheduleChoice() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const choices = scheduleChoices(settings);
  return (
    <Part part="schedule">
      <NativeSelect
        {...select}
        label={<LabelWord>Schedule</LabelWord>}
        value={String(choices.findIndex((choice) => sameSchedule(choice, settings)))}
        onChange={({ currentTarget }) => app.change({ ...choices[Number(currentTarget.value)] })}
        data={options(choices.map(scheduleWords))}
      />
    </Part>
  );
}

/** Weight decay and clipping go with it, and are told below. */
function OptimizerChoice() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const choices = optimizerChoices(settings);
  return (
    <Part part="optimizer">
      <NativeSelect
        {...select}
        label={<LabelWord>Optimiser</LabelWord>}
        value={String(choices.findIndex((choice) => sameOptimizer(choice, settings)))}
        onChange={({ currentTarget }) => app.change({ ...choices[Number(currentTarget.value)] })}
        data={options(choices.map((choice) => optimizerWords({ ...settings, ...choice })))}
      />
    </Part>
  );
}

function PatienceChoice() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  const choices = patienceChoices(settings);
  return (
    <Part part="patience">
      <NativeSelect
        {...select}
        label={<LabelWord>Patience</LabelWord>}
        title="Epochs without progress on the validation split before training stops"
        value={String(choices.indexOf(settings.patience))}
        onChange={({ currentTarget }) => {
          const patience = choices[Number(currentTarget.value)];
          if (patience !== undefined) app.change(withPatience(settings, patience));
        }}
        data={options(choices.map((patience) => inWords("patience", { patience })))}
      />
    </Part>
  );
}
