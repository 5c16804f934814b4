import { NativeSelect } from "@mantine/core";
import { SETTINGS } from "../../../config/settings";
import { DATA_SETS } from "../../../datasets/catalogue";
import { firstClasses } from "../../kit/dataSets";
import { useApp, useAppState, useFormSpec, useOwnData } from "../../kit/hooks";
import form from "../../kit/Settings.module.css";
import { LabelWord } from "../../kit/Word";
import classes from "./DataField.module.css";

/** No data set is called so. */
const BRING = "+";

/** Which images: those that come with the page, one's own, or others that are brought. */
export function DataField() {
  const app = useApp();
  const value = useAppState((state) => state.settings.data);
  const spec = useFormSpec();
  const own = useOwnData((state) => state.sets);
  const known = [...DATA_SETS, ...(own ?? []).map((set) => set.spec)];
  // Of a run that is shown without its images.
  const all = known.some(({ id }) => id === value) ? known : [...known, spec];
  return (
    <NativeSelect
      size="xs"
      classNames={{
        root: classes.field ?? "",
        input: form.select,
        label: `${form.name} ${classes.label}`,
      }}
      label={<LabelWord>{SETTINGS.data.label}</LabelWord>}
      value={value}
      onChange={(event) => {
        const wanted = event.currentTarget.value;
        const chosen = all.find(({ id }) => id === wanted);
        if (chosen) app.change(firstClasses(chosen));
        else app.ownData.start();
      }}
      data={[
        ...all.map(({ id, title }) => ({ value: id, label: title })),
        { value: BRING, label: "Your own images …" },
      ]}
    />
  );
}
