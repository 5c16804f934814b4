import { SETTING_NAMES } from "../../../config/config";
import { SETTINGS } from "../../../config/settings";
import classes from "../../kit/Settings.module.css";
import { SettingField } from "./recipe/SettingField";

/** The garments are chosen above. */
const FIELDS = SETTING_NAMES.filter(
  (name) => SETTINGS[name].group === "data" && name !== "classes",
);

/** What comes with no recipe: how the images are drawn. */
export function Settings() {
  return (
    <div className={classes.settings}>
      <div className={classes.data}>
        {FIELDS.map((name) => (
          <SettingField key={name} name={name} />
        ))}
      </div>
    </div>
  );
}
