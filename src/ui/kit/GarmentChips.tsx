import { Chip } from "@mantine/core";
import { CLASS_NAMES } from "../../config/config";
import { toggleClass } from "../../state/settings";
import classes from "./GarmentChips.module.css";
import { useApp, useAppState } from "./hooks";
import { PutBack } from "./PutBack";

/** The ten classes; at least one stays chosen. */
export function GarmentChips() {
  const app = useApp();
  const chosen = useAppState((state) => state.settings.classes);
  return (
    <fieldset className={classes.garments}>
      <legend>
        Garments <PutBack part="classes" label="Garments" />
      </legend>
      <div>
        {CLASS_NAMES.map((name, id) => (
          <Chip
            key={name}
            checked={chosen.includes(id)}
            onChange={() => app.change({ classes: toggleClass(chosen, id) })}
            icon={null}
            size="xs"
            radius="xl"
            variant="outline"
            classNames={{ label: classes.chip, iconWrapper: classes.noIcon }}
          >
            {name}
          </Chip>
        ))}
      </div>
    </fieldset>
  );
}
