import { SETTING_NAMES } from "../../../../config/config";
import { SETTINGS } from "../../../../config/settings";
import type { ReadHidden } from "../../../../state/hidden";
import form from "../../../kit/Settings.module.css";
import { DevicePanel } from "../device/DevicePanel";
import { MoreRecipe } from "./MoreRecipe";
import { SettingField } from "./SettingField";

/** Behind *More*: what a first hour does without. */
export default function MoreSettings({ hidden }: Pick<ReadHidden, "hidden">) {
  return (
    <>
      {!hidden.has("recipe") && <MoreRecipe />}
      {!hidden.has("device") && (
        <>
          <DataSettings />
          <DevicePanel />
        </>
      )}
    </>
  );
}

/** Classes are chosen above, and the data set where there is more than one. */
const DATA_FIELDS = SETTING_NAMES.filter(
  (name) => SETTINGS[name].group === "data" && name !== "classes" && name !== "data",
);

/** What comes with no recipe: how the images are drawn. */
function DataSettings() {
  return (
    <div className={form.data}>
      {DATA_FIELDS.map((name) => (
        <SettingField key={name} name={name} />
      ))}
    </div>
  );
}
