import { exportName } from "../../../config/export-targets";
import { weightsOf } from "../../../state/kept-weights";
import { type RunRecord, specOf } from "../../../storage/record";
import ExportTargets, { ExportItem } from "../../kit/export/ExportTargets";
import { useApp } from "../../kit/hooks";
import { saveFile } from "../../kit/saveFile";
import classes from "./ExportPanel.module.css";

/** The forms that a kept run can leave the page in: all of it for this page, its net for others. */
export default function ExportPanel({ record }: { record: RunRecord }) {
  const app = useApp();
  const { id, config, progress } = record;
  const { isCamera = false } = specOf(record);
  const exportRun = async (withPictures: boolean) => {
    const file = await app.exportRun(id, withPictures);
    if (file) saveFile(file.blob, file.name);
  };
  const runFile = (
    <ExportItem
      name="Run file"
      what="All that is kept of it, as .loom: for this page, here or on another machine."
      question={
        isCamera
          ? {
              text: "What the net made of the camera’s pictures is kept with this run: people may be on it.",
              without: { name: "Save without pictures", act: () => void exportRun(false) },
              yes: "Save with pictures",
            }
          : null
      }
      act={() => void exportRun(true)}
    />
  );
  return (
    <div className={classes.panel}>
      {progress === null ? (
        runFile
      ) : (
        <ExportTargets
          name={exportName(config)}
          isCamera={isCamera}
          net={async () => ({
            config,
            shape: specOf(record),
            weights: await weightsOf(app, record),
          })}
        >
          <li>{runFile}</li>
        </ExportTargets>
      )}
    </div>
  );
}
