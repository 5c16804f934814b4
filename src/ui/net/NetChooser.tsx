import { NativeSelect } from "@mantine/core";
import { useId } from "react";
import { exportName } from "../../config/export-targets";
import { SHIPPED } from "../../state/current-net";
import { weightsOf } from "../../state/kept-weights";
import { isActive } from "../../state/state";
import { specOf } from "../../storage/record";
import { ExportMenu } from "../kit/export/ExportMenu";
import { whole } from "../kit/format";
import { useApp, useAppState, useRuns } from "../kit/hooks";
import panels from "../kit/Panels.module.css";
import form from "../kit/Settings.module.css";
import classes from "./NetChooser.module.css";
import type { LookedNet } from "./useLookedNet";
import { runTitle, SHIPPED_TITLE } from "./words";

interface Props {
  readonly looked: LookedNet;
  /** The opened net's; null before it is opened. */
  readonly parameters: number | null;
}

/** The current net of all views: the one that comes with the page, or a run kept in this browser. */
export function NetChooser({ looked, parameters }: Props) {
  const app = useApp();
  const field = useId();
  const records = useRuns((state) => state.records) ?? [];
  const training = useAppState(({ run }) => (isActive(run) ? run.id : null));
  const { id, moment, newer, renew } = looked;
  const chosen = records.find((record) => record.id === id);
  const options = [
    { value: SHIPPED, label: SHIPPED_TITLE },
    ...records
      .filter((record) => record.progress !== null || record === chosen)
      .map((record) => ({
        value: record.id,
        label: `${runTitle(record)}${record.id === training ? ", in training" : ""}`,
      })),
  ];
  if (id !== null && !options.some(({ value }) => value === id)) {
    options.push({ value: id, label: "The run in training" });
  }
  const weights = [
    parameters === null ? "" : `${whole(parameters)} weights`,
    moment === null ? "" : `of ${moment}`,
  ];
  return (
    <div className={classes.net}>
      <span className={classes.weights} data-testid="looked-weights">
        {weights.join(" ").trim()}
      </span>
      {newer !== null && (
        <button type="button" className={panels.small} onClick={renew}>
          Take those of {newer}
        </button>
      )}
      <div className={classes.choice}>
        <label htmlFor={field}>Looking at</label>
        <NativeSelect
          id={field}
          size="xs"
          classNames={{ input: form.select }}
          data={options}
          value={id ?? SHIPPED}
          disabled={id === null}
          onChange={({ currentTarget }) => app.lookAt(currentTarget.value)}
        />
      </div>
      <div className={chosen?.progress || id === SHIPPED ? undefined : classes.absent}>
        <ExportMenu
          name={chosen ? exportName(chosen.config) : "nested-shipped"}
          isCamera={(chosen && specOf(chosen).isCamera) ?? false}
          net={async () =>
            chosen
              ? {
                  config: chosen.config,
                  shape: specOf(chosen),
                  weights: await weightsOf(app, chosen),
                }
              : "shipped"
          }
        />
      </div>
    </div>
  );
}
