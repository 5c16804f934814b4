import { type ChangeEvent, useCallback, useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { type GarmentSteps, PictureError } from "../../../../datasets/picture/garment";
import type { ImageShape } from "../../../../math/image-set";
import { useApp } from "../../../kit/hooks";
import { garmentOf, imageOf } from "./picture";

export interface PictureInput {
  /** Of the newest picture that a garment was found in. */
  readonly steps: GarmentSteps | null;
  /** What is wrong with the newest file; null where nothing is. */
  readonly trouble: string | null;
  readonly choose: (event: ChangeEvent<HTMLInputElement>) => void;
}

/**
 * Pictures that are chosen here, or brought to the page; the newest wins.
 *
 * @param shape what they become; null for a garment of Fashion-MNIST's form
 * @param take gets an image of that form
 */
export function usePicture(
  shape: ImageShape | null,
  take: (pixels: Uint8Array) => void,
): PictureInput {
  const [steps, setSteps] = useState<GarmentSteps | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const reads = useRef(0);
  const taken = useRef(take);
  taken.current = take;
  const wanted = useRef(shape);
  wanted.current = shape;

  const read = useCallback(async (file: Blob) => {
    reads.current += 1;
    const own = reads.current;
    try {
      const { current: to } = wanted;
      const found = to ? null : await garmentOf(file);
      const image = to ? await imageOf(file, to) : found?.image;
      if (own !== reads.current || !image) return;
      setSteps(found);
      setTrouble(null);
      taken.current(image);
    } catch (error) {
      if (own !== reads.current) return;
      const message = error instanceof Error ? error.message : String(error);
      const isKnown = error instanceof PictureError;
      setTrouble(isKnown ? message : `The picture could not be read: ${message}`);
    }
  }, []);

  const { brought } = useApp();
  const waiting = useStore(brought.state, ({ picture }) => picture);
  useEffect(() => {
    const picture = waiting && brought.takePicture();
    if (picture) void read(picture);
  }, [brought, waiting, read]);

  return {
    steps,
    trouble,
    choose(event) {
      const file = event.currentTarget.files?.[0];
      event.currentTarget.value = "";
      if (file) void read(file);
    },
  };
}
