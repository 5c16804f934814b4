import { Chip, UnstyledButton } from "@mantine/core";
import { DEFAULT_CONFIG } from "../../config/config";
import { toggleClass } from "../../state/settings";
import { allClasses } from "./dataSets";
import classes from "./GarmentChips.module.css";
import { useApp, useAppState, useFormSpec, useItem } from "./hooks";
import { PutBack } from "./PutBack";

/** More of them scroll: a hundred would take two screens of the rail. */
const MOST_IN_SIGHT = 24;

/** All classes of the data set; at least one stays chosen. */
export function GarmentChips() {
  const item = useItem();
  const app = useApp();
  const spec = useFormSpec();
  const { id: data, classNames } = spec;
  const chosen = useAppState((state) => state.settings.classes);
  return (
    <fieldset className={classes.garments}>
      <legend>
        {item.Kinds} {/* What is usual of a set of one's own is all of it. */}
        {data === DEFAULT_CONFIG.data ? (
          <PutBack part="classes" label={item.Kinds} />
        ) : (
          chosen.length < classNames.length && (
            <UnstyledButton
              className={classes.all}
              onClick={() => app.change({ classes: allClasses(spec).classes })}
            >
              Take all {classNames.length}
            </UnstyledButton>
          )
        )}
      </legend>
      <div data-scrolls={classNames.length > MOST_IN_SIGHT || undefined}>
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
