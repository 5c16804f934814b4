import { NativeSelect } from "@mantine/core";
import { lazy, Suspense } from "react";
import { exportName } from "../../core/export-targets";
import { weightsOf } from "../../state/kept-weights";
import { whole } from "../common/format";
import { useApp, useRuns } from "../common/hooks";
import form from "../training/Settings.module.css";
import classes from "./NetChooser.module.css";
import { hashOfRun, runTitle, SHIPPED } from "./sources";

const ExportMenu = lazy(() => import("../export/ExportMenu"));

interface Props {
  /** The run that is chosen, as the address names it. */
  readonly run: string;
  /** The view that a choice stays in. */
  readonly view: "lab" | "space";
  /** What the choice is about, for those who do not see it. */
  readonly label: string;
  /** The opened net's; null before it is opened. */
  readonly parameters: number | null;
}

/** Which net is looked at: the one that comes with the page, or a run kept in this browser. */
export function NetChooser({ run, view, label, parameters }: Props) {
  const app = useApp();
  const records = useRuns((state) => state.records) ?? [];
  const trained = records.filter(({ progress }) => progress !== null);
  const chosen = trained.find(({ id }) => id === run);
  const options = [
    { value: SHIPPED, label: "Nested net that comes with the page" },
    ...trained.map((record) => ({ value: record.id, label: runTitle(record) })),
  ];
  if (!options.some(({ value }) => value === run)) {
    options.push({ value: run, label: "A run that is not here" });
  }
  return (
    <div className={classes.net}>
      {parameters !== null && <span>{whole(parameters)} weights</span>}
      <NativeSelect
        aria-label={label}
        size="xs"
        classNames={{ input: form.select }}
        data={options}
        value={run}
        onChange={({ currentTarget }) => {
          window.location.hash = hashOfRun(currentTarget.value, view);
        }}
      />
      {(chosen || run === SHIPPED) && (
        <Suspense>
          <ExportMenu
            name={chosen ? exportName(chosen.config) : "nested-shipped"}
            net={async () =>
              chosen ? { config: chosen.config, weights: await weightsOf(app, chosen) } : "shipped"
            }
          />
        </Suspense>
      )}
    </div>
  );
}
