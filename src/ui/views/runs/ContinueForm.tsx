import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { SETTINGS } from "../../../config/settings";
import type { RunRecord } from "../../../storage/record";
import { useApp } from "../../kit/hooks";
import { NumberField } from "../../kit/NumberField";
import classes from "./ContinueForm.module.css";

/** Asks for how many epochs a finished run shall train on. */
export function ContinueForm({ record, onDone }: { record: RunRecord; onDone: () => void }) {
  const app = useApp();
  const [epochs, setEpochs] = useState(10);
  const { schedule } = record.config;
  return (
    <div className={classes.form}>
      <span>Train a copy of {record.name} for</span>
      <div className={classes.number}>
        <NumberField
          rule={SETTINGS.epochs.type.limits}
          label="More epochs"
          hideLabel
          value={epochs}
          onCommit={setEpochs}
        />
      </div>
      <span>
        epochs more; this run keeps its result.
        {schedule !== "constant" &&
          " The learning rate follows its schedule over all epochs, so it rises again."}
      </span>
      <UnstyledButton
        className={classes.go}
        onClick={() => {
          void app.continueRun(record.id, epochs);
          onDone();
        }}
      >
        Train copy
      </UnstyledButton>
    </div>
  );
}
