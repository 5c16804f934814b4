import { UnstyledButton } from "@mantine/core";
import { useRef, useState } from "react";
import { type RunRecord, specOf } from "../../../../storage/record";
import { SaveFigure } from "../../../figure/SaveFigure";
import controls from "../../../kit/Controls.module.css";
import { useSize } from "../../../kit/hooks";
import { lazyPart } from "../../../kit/parts/lazyPart";
import { Part } from "../../../kit/parts/Part";
import classes from "./Compare.module.css";
import {
  CURVE_NAMES,
  CURVES,
  type CurveName,
  labelled,
  sameLosses,
  settingsThatDiffer,
} from "./measures";
import { RunKey } from "./RunKey";
import { SideBySide } from "./SideBySide";
import { TestTable } from "./TestTable";

const CompareChart = lazyPart("ui/views/runs/compare/CompareChart", () => import("./CompareChart"));

interface Props {
  /** Two to six. */
  readonly records: readonly RunRecord[];
  readonly onClose: () => void;
}

/** Runs beside each other: curves, settings that differ, test results and pictures. */
export function Compare({ records, onClose }: Props) {
  const card = useRef<HTMLElement>(null);
  return (
    <section
      ref={card}
      className={classes.compare}
      aria-label="Comparison"
      data-testid="comparison"
    >
      <header className={classes.header}>
        <h2>{records.length} runs compared</h2>
        <SaveFigure
          of={card}
          name="comparison"
          caption={() => ""}
          isCamera={records.some((record) => specOf(record).isCamera)}
        />
        <UnstyledButton className={classes.close} onClick={onClose} data-screen-only="">
          Back to all runs
        </UnstyledButton>
      </header>
      <Curves records={records} />
      <Settings records={records} />
      <TestTable records={records} />
      <SideBySide records={records} />
    </section>
  );
}

function Curves({ records }: { records: readonly RunRecord[] }) {
  const [wanted, setWanted] = useState<CurveName>("ssimWriteup");
  const room = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(room);
  const lossesCompare = sameLosses(records);
  const chosen = wanted === "loss" && !lossesCompare ? "ssimWriteup" : wanted;
  const measure = CURVES[chosen];
  const runs = labelled(records);
  const words = runs
    .map(({ record, label }) => {
      const last = record.epochs.at(-1);
      return last
        ? `${label} ${measure.show(measure.figure(last))} after epoch ${last.epoch}`
        : label;
    })
    .join("; ");
  return (
    <section className={classes.part} aria-label="Curves">
      <div className={classes.curvesHead}>
        <h3>{measure.name} on the validation images, by epoch</h3>
        <label>
          <span className={classes.dim}>Figure </span>
          <select
            className={controls.select}
            value={chosen}
            onChange={(event) => {
              const name = CURVE_NAMES.find((each) => each === event.currentTarget.value);
              if (name) setWanted(name);
            }}
          >
            {CURVE_NAMES.map((name) => (
              <option key={name} value={name} disabled={name === "loss" && !lossesCompare}>
                {CURVES[name].name}
                {name === "loss" && !lossesCompare && " (the losses differ)"}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p className={classes.legend}>
        {runs.map((run) => (
          <RunKey key={run.record.id} {...run} />
        ))}
      </p>
      <div ref={room} className={classes.chart}>
        <Part name="This chart">
          <div role="img" aria-label={`${measure.name}: ${words}.`}>
            {width > 0 && (
              <CompareChart runs={runs} measure={measure} width={width} height={height} />
            )}
          </div>
        </Part>
      </div>
    </section>
  );
}

function Settings({ records }: { records: readonly RunRecord[] }) {
  const rows = settingsThatDiffer(records);
  const runs = labelled(records);
  return (
    <section className={classes.part} aria-label="Settings" data-half="">
      <h3>Settings that differ</h3>
      {rows.length === 0 ? (
        <p className={classes.note}>None: the same net with the same settings.</p>
      ) : (
        <table className={`${classes.table} ${classes.settings}`}>
          <thead>
            <tr>
              <td />
              {runs.map((run) => (
                <th key={run.record.id} scope="col">
                  <RunKey {...run} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, values }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {runs.map(({ record, place }) => (
                  <td key={record.id} data-figures>
                    {values[place]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
