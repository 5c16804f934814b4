import { useEffect, useState } from "react";
import type { BroughtFile } from "../../protocol/own-data";
import { broughtFiles, droppedFiles, filesInWords } from "../../state/brought";
import { useApp, useItem } from "../kit/hooks";
import classes from "./FileDrop.module.css";

/** Where text is pasted: it goes there, and what came with it stays out. */
const FIELDS =
  "input:not([type=range], [type=checkbox], [type=radio], [type=file]), textarea, [contenteditable]";

/** Takes in files that are dropped or pasted anywhere on the page. */
export function FileDrop() {
  const item = useItem();
  const { brought, ownData } = useApp();
  const [isOver, setIsOver] = useState(false);

  useEffect(() => {
    const hasFiles = ({ dataTransfer }: DragEvent): boolean =>
      dataTransfer?.types.includes("Files") ?? false;
    const bring = async (given: Promise<readonly BroughtFile[]> | readonly BroughtFile[]) => {
      const files = await given;
      if (files.length === 0) return;
      // While the dialog for images of one's own is open, all files are for it.
      if (ownData.state.getState().bringing) {
        ownData.bring({ files }, filesInWords(files));
        return;
      }
      const kind = await brought.bring(files);
      if (kind === "runs") window.location.hash = "runs";
      if (kind === "picture") window.location.hash = "images";
    };
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      // Out of the window, not from one part of the page to the next.
      if (event.relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      setIsOver(false);
      if (!event.dataTransfer || !hasFiles(event)) return;
      // The browser would leave the page, and a run with it, to open the file.
      event.preventDefault();
      void bring(droppedFiles(event.dataTransfer));
    };
    const paste = (event: ClipboardEvent) => {
      const files = event.clipboardData?.files;
      const isField = event.target instanceof Element && event.target.closest(FIELDS) !== null;
      if (files && files.length > 0 && !isField) void bring(broughtFiles(files));
    };
    window.addEventListener("dragover", over);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    document.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
      document.removeEventListener("paste", paste);
    };
  }, [brought, ownData]);

  return (
    isOver && (
      <p className={classes.hint} aria-hidden="true" data-testid="drop-hint">
        Drop a picture of {item.a}, a run’s .loom file, a model of Keras, or images to train on
      </p>
    )
  );
}
