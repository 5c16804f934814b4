import { ActionIcon } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef } from "react";
import type { PartImages, Reconstructions } from "../../protocol/inference";
import { classNameAt, imageAt } from "../../state/images";
import dialogs from "../kit/Dialog.module.css";
import { whole } from "../kit/format";
import { useSize } from "../kit/hooks";
import { BackIcon, CloseIcon, ForwardIcon } from "../kit/icons";
import { placeAfter } from "./layout";
import { OneImage } from "./OneImage";
import classes from "./Viewer.module.css";

interface Props {
  readonly images: PartImages;
  readonly net: Reconstructions | null;
  readonly pca: Reconstructions;
  /** Which images the keyboard goes through, and at which it is. */
  readonly order: Uint32Array;
  readonly place: number;
  readonly protocol: "ssim" | "ssimWriteup";
  readonly onPlace: (place: number) => void;
  readonly onClose: () => void;
}

/** Images that Page Up and Page Down skip. */
const PAGE = 10;

/** One image large: its reconstructions, where they err, and what the figures say of it. */
export function Viewer({ images, net, pca, order, place, protocol, onPlace, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { width } = useSize(dialog);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);

  const go = (next: number) => onPlace(Math.min(order.length - 1, Math.max(0, next)));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      dialog.current?.close();
      return;
    }
    // Sliders and choices in here have arrow keys of their own.
    if (event.target instanceof HTMLInputElement) return;
    const next = placeAfter(event.key, place, order.length, 1, PAGE);
    if (next === null) return;
    event.preventDefault();
    go(next);
  };

  const image = order[place] ?? 0;
  const label = classNameAt(images, image);
  return (
    <dialog
      ref={dialog}
      className={`${dialogs.dialog} ${classes.viewer}`}
      aria-label="Image viewer"
      data-testid="viewer"
      onClose={onClose}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        // The dialog's own area is its backdrop: all else is inside.
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div className={classes.inside}>
        <header className={classes.header}>
          <h2>{label}</h2>
          <p aria-live="polite" data-testid="viewer-place">
            {whole(place + 1)} of {whole(order.length)}, test image {whole(image + 1)}
          </p>
          <ActionIcon
            variant="transparent"
            color="var(--ink-2)"
            aria-label="Previous image"
            {...disabled(place === 0)}
            onClick={() => go(place - 1)}
          >
            <BackIcon />
          </ActionIcon>
          <ActionIcon
            variant="transparent"
            color="var(--ink-2)"
            aria-label="Next image"
            {...disabled(place >= order.length - 1)}
            onClick={() => go(place + 1)}
          >
            <ForwardIcon />
          </ActionIcon>
          <ActionIcon
            variant="transparent"
            color="var(--ink-2)"
            aria-label="Close"
            onClick={() => dialog.current?.close()}
          >
            <CloseIcon />
          </ActionIcon>
        </header>
        <OneImage
          original={imageAt(images, image)!}
          net={net}
          pca={pca}
          image={image}
          protocol={protocol}
          width={width}
        />
        <p className={classes.keys}>
          ← → next image, Home and End first and last, Page Up and Page Down ten at a time, Esc
          closes
        </p>
      </div>
    </dialog>
  );
}

/** Looks disabled and keeps the focus: a button that loses it would take the keyboard along. */
const disabled = (is: boolean) => ({ "aria-disabled": is, "data-disabled": is });
