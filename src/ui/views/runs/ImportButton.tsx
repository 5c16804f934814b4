import { useState } from "react";
import { useApp } from "../../kit/hooks";
import classes from "./ImportButton.module.css";

/** Takes in a run from a file; the page takes one that is dropped on it, too. */
export function ImportButton() {
  const app = useApp();
  const [busy, setBusy] = useState(false);
  const take = async (files: readonly File[]) => {
    setBusy(true);
    for (const file of files) await app.importRun(file, file.name);
    setBusy(false);
  };
  return (
    <label className={classes.button} data-busy={busy || undefined}>
      {busy ? "Reading…" : "Import a run"}
      <input
        type="file"
        accept=".loom,.zip"
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
