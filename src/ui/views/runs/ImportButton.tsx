import { useState } from "react";
import { broughtFiles, isModelFile } from "../../../state/brought";
import { useApp } from "../../kit/hooks";
import classes from "./ImportButton.module.css";

/** Takes in a run from a file, or a model of Keras's; the page takes what is dropped on it, too. */
export function ImportButton() {
  const app = useApp();
  const [busy, setBusy] = useState(false);
  const take = async (files: readonly File[]) => {
    setBusy(true);
    const all = broughtFiles(files);
    const models = all.filter(isModelFile);
    for (const { file, path } of all) {
      if (!isModelFile({ path })) await app.importRun(file, path);
    }
    if (models.length > 0) await app.models.bring(models);
    setBusy(false);
  };
  return (
    <label className={classes.button} data-busy={busy || undefined}>
      {busy ? "Reading…" : "Import a run or a model"}
      <input
        type="file"
        accept=".loom,.zip,.keras,.h5,.hdf5"
        multiple
        disabled={busy}
        onChange={(event) => {
          void take([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}
