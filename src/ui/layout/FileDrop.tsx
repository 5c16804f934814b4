import { useEffect } from "react";
import { isRunFile } from "../../state/files";
import { useApp } from "../common/hooks";

/** Takes in run files that are dropped anywhere on the page; draws nothing. */
export function FileDrop() {
  const app = useApp();
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean =>
      !event.defaultPrevented && (event.dataTransfer?.types.includes("Files") ?? false);
    const over = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      // The browser would leave the page, and a run with it, to open the file.
      event.preventDefault();
      void takeIn([...(event.dataTransfer?.files ?? [])].filter(isRunFile));
    };
    const takeIn = async (files: readonly File[]) => {
      for (const file of files) {
        if (await app.importRun(file, file.name)) window.location.hash = "runs";
      }
    };
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
    };
  }, [app]);
  return null;
}
