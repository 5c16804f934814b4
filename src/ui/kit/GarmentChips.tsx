import { Chip } from "@mantine/core";
import { toggleClass } from "../../state/settings";
import classes from "./GarmentChips.module.css";
import { useApp, useAppState, useDataSpec } from "./hooks";
import { PutBack } from "./PutBack";

/** All classes of the data set; at least one stays chosen. */
export function GarmentChips() {
  const app = useApp();
  const { classNames } = useDataSpec();
  const chosen = useAppState((state) => state.settings.classes);
  return (
    <fieldset className={classes.garments}>
      <legend>
        Garments <PutBack part="classes" />
      </legend>
      <div>
        {classNames.map((name, id) => (
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
