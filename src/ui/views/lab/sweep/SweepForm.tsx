import { Chip, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { isTask } from "../../../../config/code-size";
import { RECIPES } from "../../../../config/recipes";
import { SETTINGS } from "../../../../config/settings";
import { PRESETS, type PresetName } from "../../../../nets/presets";
import { SWEEP_SIZES, type SweepPlan } from "../../../../state/lab/sweep";
import { planFor } from "../../../../state/lab/sweep-log";
import controls from "../../../kit/Controls.module.css";
import chips from "../../../kit/GarmentChips.module.css";
import { useAppState, useFormSpec } from "../../../kit/hooks";
import { NumberField } from "../../../kit/NumberField";
import form from "../../../kit/Settings.module.css";
import classes from "./SweepSection.module.css";

const SEEDS = [1, 2, 3, 5] as const;
const PRESET_OPTIONS = PRESETS.map((value) => ({ value, label: RECIPES[value].title }));
const SEED_OPTIONS = SEEDS.map((value) => ({
  value: String(value),
  label: value === 1 ? "1 seed" : `${value} seeds`,
}));

const isPreset = (text: string): text is PresetName =>
  (PRESETS as readonly string[]).includes(text);

/** Which nets to train: preset, sizes, seeds and epochs; images as the form on Train has them. */
export function SweepForm({ onBegin }: { onBegin: (plan: SweepPlan) => void }) {
  const settings = useAppState((state) => state.settings);
  const [preset, setPreset] = useState<PresetName>("loom");
  const image = useFormSpec();
  const [chosen, choose] = useState<readonly number[] | null>(null);
  const sizes = chosen ?? SWEEP_SIZES.filter((size) => isTask(size, image));
  const [seeds, setSeeds] = useState(1);
  const [epochs, setEpochs] = useState<number | null>(null);
  const recipe = RECIPES[preset].recipe;
  const runs = sizes.length * seeds;

  const toggle = (size: number) => {
    const others = sizes.filter((each) => each !== size);
    if (others.length === 0) return;
    choose(others.length < sizes.length ? others : [...sizes, size].sort((a, b) => a - b));
  };

  return (
    <div className={classes.form}>
      <div className={classes.fields}>
        <NativeSelect
          label="Net"
          size="xs"
          classNames={{ input: form.select, label: form.name }}
          data={PRESET_OPTIONS}
          value={preset}
          onChange={({ currentTarget }) => {
            if (isPreset(currentTarget.value)) setPreset(currentTarget.value);
            setEpochs(null);
          }}
        />
        <NativeSelect
          label="Seeds"
          size="xs"
          classNames={{ input: form.select, label: form.name }}
          data={SEED_OPTIONS}
          value={String(seeds)}
          onChange={({ currentTarget }) => setSeeds(Number(currentTarget.value))}
        />
        <NumberField
          rule={SETTINGS.epochs.type.limits}
          label="Epochs each"
          value={epochs ?? recipe.epochs}
          onCommit={setEpochs}
        />
      </div>
      <fieldset className={classes.sizes}>
        <legend>Latent sizes</legend>
        {SWEEP_SIZES.map((size) => (
          <Chip
            key={size}
            checked={sizes.includes(size)}
            onChange={() => toggle(size)}
            icon={null}
            size="xs"
            radius="xl"
            variant="outline"
            classNames={{ label: chips.chip, iconWrapper: chips.noIcon }}
          >
            {size}
          </Chip>
        ))}
      </fieldset>
      <button
        type="button"
        className={`${controls.go} ${classes.begin}`}
        onClick={() =>
          onBegin(
            planFor(settings, {
              preset,
              sizes,
              seeds: Array.from({ length: seeds }, (_, i) => i + 1),
              epochs: epochs === recipe.epochs ? null : epochs,
            }),
          )
        }
      >
        Train {runs === 1 ? "1 net" : `${runs} nets`}
      </button>
    </div>
  );
}
