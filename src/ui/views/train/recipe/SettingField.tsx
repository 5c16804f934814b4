import { NativeSelect, Switch } from "@mantine/core";
import { useId } from "react";
import { ROWS, type SettingName } from "../../../../config/config";
import { SETTINGS } from "../../../../config/settings";
import { useApp, useAppState, useFormSpec } from "../../../kit/hooks";
import { NumberField } from "../../../kit/NumberField";
import { Segments } from "../../../kit/Segments";
import form from "../../../kit/Settings.module.css";
import { TypedField } from "../../../kit/TypedField";
import { LabelWord, Word } from "../../../kit/Word";
import { Part } from "./Part";

/** More names stand in a list to be opened. */
const MOST_SEGMENTS = 3;

/** A setting's field by the type of its values, for those that have none of their own. */
export function SettingField({ name }: { readonly name: SettingName }) {
  return (
    <Part part={SETTINGS[name].part}>
      <Control name={name} />
    </Part>
  );
}

function Control<Name extends SettingName>({ name }: { readonly name: Name }) {
  const app = useApp();
  const value = useAppState((state) => state.settings[name]);
  const images = useFormSpec();
  const { type: typeOfRow, label: word, fieldLabel: label = word } = ROWS[name];
  const { type } = SETTINGS[name];
  const set = (changed: unknown) => app.change({ [name]: changed });
  if (type.kind === "number" && typeof value === "number") {
    return (
      <NumberField rule={type.limits} label={label} word={word} value={value} onCommit={set} />
    );
  }
  if (type.kind === "switch" && typeof value === "boolean") {
    return (
      <Switch
        size="xs"
        label={<LabelWord of={word}>{label}</LabelWord>}
        checked={value}
        onChange={(event) => set(event.currentTarget.checked)}
      />
    );
  }
  if (type.kind === "choice" && typeof value === "string") {
    const options = type.options.filter((option) => type.lack(option, images) === null);
    return <Choice name={name} options={options} value={value} onChange={set} />;
  }
  return <TypedField type={typeOfRow} label={label} word={word} value={value} onCommit={set} />;
}

interface ChoiceProps {
  readonly name: SettingName;
  readonly options: readonly string[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Choice({ name, options, value, onChange }: ChoiceProps) {
  const id = useId();
  const { label: word, fieldLabel: label = word, titles } = ROWS[name];
  const data = options.map((option) => ({
    value: option,
    label: titles?.[option] ?? option,
  }));
  if (options.length > MOST_SEGMENTS) {
    return (
      <NativeSelect
        size="xs"
        classNames={{ input: form.select, label: form.name }}
        label={<LabelWord of={word}>{label}</LabelWord>}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={data}
      />
    );
  }
  return (
    <>
      <span className={`${form.name} ${form.caption}`} id={id}>
        <Word of={word}>{label}</Word>
      </span>
      <Segments aria-labelledby={id} data={data} value={value} onChange={onChange} />
    </>
  );
}
