import { NativeSelect } from "@mantine/core";
import { whole } from "../common/format";
import { useRuns } from "../common/hooks";
import form from "../training/Settings.module.css";
import { useBenchState } from "./bench";
import classes from "./NetChooser.module.css";
import { hashOfRun, runTitle, SHIPPED } from "./sources";

/** Which net is on the bench: the one that comes with the page, or a run kept in this browser. */
export function NetChooser({ run }: { run: string }) {
  const net = useBenchState((state) => state.net);
  const records = useRuns((state) => state.records) ?? [];
  const trained = records.filter(({ progress }) => progress !== null);
  const options = [
    { value: SHIPPED, label: "Nested net that comes with the page" },
    ...trained.map((record) => ({ value: record.id, label: runTitle(record) })),
  ];
  if (!options.some(({ value }) => value === run)) {
    options.push({ value: run, label: "A run that is not here" });
  }
  return (
    <div className={classes.net}>
      {net && <span>{whole(net.parameters)} weights</span>}
      <NativeSelect
        aria-label="Net on the bench"
        size="xs"
        classNames={{ input: form.select }}
        data={options}
        value={run}
        onChange={({ currentTarget }) => {
          window.location.hash = hashOfRun(currentTarget.value);
        }}
      />
    </div>
  );
}
