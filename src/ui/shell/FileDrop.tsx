import { useEffect, useState } from "react";
import { useStore } from "zustand";
import { useApp } from "../kit/hooks";
import { Notice } from "../kit/Notice";
import classes from "./FileDrop.module.css";

/** Where text is pasted: it goes there, and what came with it stays out. */
const FIELDS =
  "input:not([type=range], [type=checkbox], [type=radio], [type=file]), textarea, [contenteditable]";

/** Takes in files that are dropped or pasted anywhere on the page, and says which it cannot. */
export function FileDrop() {
  const { brought } = useApp();
  const refused = useStore(brought.state, (state) => state.refused);
  const [isOver, setIsOver] = useState(false);

  useEffect(() => {
    const hasFiles = ({ dataTransfer }: DragEvent): boolean =>
      dataTransfer?.types.includes("Files") ?? false;
    const bring = async (files: FileList) => {
      const kind = await brought.bring([...files]);
      if (kind) window.location.hash = kind === "runs" ? "runs" : "images";
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
      void bring(event.dataTransfer.files);
    };
    const paste = (event: ClipboardEvent) => {
      const files = event.clipboardData?.files;
      const isField = event.target instanceof Element && event.target.closest(FIELDS) !== null;
      if (files && files.length > 0 && !isField) void bring(files);
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
  }, [brought]);

  return (
    <>
      {refused.length > 0 && (
        <Notice code="file" onDismiss={brought.dismissRefused}>
          <strong>
            {refused.length === 1 ? refused[0] : `${refused[0]} and ${others(refused.length - 1)}`}{" "}
            {refused.length === 1 ? "is" : "are"} not taken in.
          </strong>{" "}
          Anywhere on this page you can drop or paste one picture of a garment (PNG, JPEG or WebP),
          to see what the net makes of it, and runs that were saved as .loom files. Data sets, such
          as CSV, NPZ or IDX files, cannot be brought along.
        </Notice>
      )}
      {isOver && (
        <p className={classes.hint} aria-hidden="true" data-testid="drop-hint">
          Drop a picture of a garment, or a run’s .loom file
        </p>
      )}
    </>
  );
}

const others = (count: number): string => (count === 1 ? "another file" : `${count} other files`);
