import { SegmentedControl } from "@mantine/core";
import { LIMITS, type SplitName } from "../../../config/config";
import { useApp, useAppState } from "../../kit/hooks";
import { NumberField } from "../../kit/NumberField";
import classes from "../../kit/Settings.module.css";
import { Part } from "./recipe/Part";

const SPLITS: { value: SplitName; label: string }[] = [
  { value: "stratified", label: "Stratified" },
  { value: "writeup", label: "Write-up" },
];

/** What comes with no recipe: how the images are drawn. */
export function Settings() {
  const app = useApp();
  const settings = useAppState((state) => state.settings);
  return (
    <div className={classes.settings}>
      <div className={classes.data}>
        <Part part="seed" label="Seed">
          <NumberField
            rule={LIMITS.seed}
            label="Seed"
            value={settings.seed}
            onCommit={(seed) => app.change({ seed })}
          />
        </Part>
        <Part part="split" label="Split">
          <span className={`${classes.name} ${classes.caption}`} id="split-label">
            Split 80/10/10
          </span>
          <SegmentedControl
            aria-labelledby="split-label"
            size="xs"
            transitionDuration={0}
            data={SPLITS}
            value={settings.split}
            onChange={(split) => app.change({ split })}
            classNames={{
              root: classes.segments,
              label: classes.segment,
              indicator: classes.indicator,
            }}
          />
        </Part>
      </div>
    </div>
  );
}
