import {
  type ChangeEvent,
  type DragEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type GarmentSteps, PictureError } from "../../core/picture/garment";
import { isRunFile } from "../../state/files";
import { fileOf, garmentOf } from "./picture";

export interface PictureInput {
  /** Of the newest picture that a garment was found in. */
  readonly steps: GarmentSteps | null;
  /** What is wrong with the newest file; null where nothing is. */
  readonly trouble: string | null;
  /** Something is being dragged over the place to drop it. */
  readonly isOver: boolean;
  readonly choose: (event: ChangeEvent<HTMLInputElement>) => void;
  /** For the element that things are dropped on. */
  readonly drop: {
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: () => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

/** Pictures that are dropped, pasted or chosen; the newest wins. @param take gets 784 bytes */
export function usePicture(take: (pixels: Uint8Array) => void): PictureInput {
  const [steps, setSteps] = useState<GarmentSteps | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isOver, setIsOver] = useState(false);
  const reads = useRef(0);
  const taken = useRef(take);
  taken.current = take;

  const read = useCallback(async (file: File | null) => {
    reads.current += 1;
    const own = reads.current;
    if (!file) {
      setTrouble("There is no picture in it: bring a PNG, JPEG or WebP file.");
      return;
    }
    try {
      const found = await garmentOf(file);
      if (own !== reads.current) return;
      setSteps(found);
      setTrouble(null);
      taken.current(found.image);
    } catch (error) {
      if (own !== reads.current) return;
      const message = error instanceof Error ? error.message : String(error);
      const isKnown = error instanceof PictureError;
      setTrouble(isKnown ? message : `The picture could not be read: ${message}`);
    }
  }, []);

  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const file = fileOf(event.clipboardData);
      if (file) void read(file);
    };
    document.addEventListener("paste", onPaste);
    return () => document.removeEventListener("paste", onPaste);
  }, [read]);

  const drop = useMemo(
    () => ({
      onDragOver(event: DragEvent) {
        event.preventDefault();
        setIsOver(true);
      },
      onDragLeave: () => setIsOver(false),
      onDrop(event: DragEvent) {
        setIsOver(false);
        const file = fileOf(event.dataTransfer);
        // The page takes runs in wherever they are dropped.
        if (file && isRunFile(file)) return;
        event.preventDefault();
        void read(file);
      },
    }),
    [read],
  );

  return {
    steps,
    trouble,
    isOver,
    drop,
    choose(event) {
      const file = event.currentTarget.files?.[0];
      event.currentTarget.value = "";
      if (file) void read(file);
    },
  };
}
