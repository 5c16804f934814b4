import { ActionIcon } from "@mantine/core";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Bringing } from "../../../state/own-data";
import controls from "../../kit/Controls.module.css";
import dialogs from "../../kit/Dialog.module.css";
import { useApp, useOwnData } from "../../kit/hooks";
import { CloseIcon } from "../../kit/icons";
import { ProgressBar } from "../../kit/ProgressBar";
import { AskHost } from "./AskHost";
import classes from "./BringDialog.module.css";
import { CameraPanel } from "./camera/CameraPanel";
import { NO_PICTURES, type Recorded, recordedImages } from "./camera/recorded";
import { Preview } from "./Preview";
import { Sources } from "./Sources";

/** What the dialog shows; "camera" is where pictures are taken. */
type Page = "sources" | "camera" | "asking" | "looking" | "preview";

/**
 * The dialog in which images of one's own come to the page: where they are from, how far reading is, and
 * what was found, before anything is kept. It is open while something is being brought.
 */
export default function BringDialog() {
  const bringing = useOwnData((state) => state.bringing);
  return bringing && <Opened bringing={bringing} />;
}

function Opened({ bringing }: { readonly bringing: Bringing }) {
  const { ownData } = useApp();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const [atCamera, setAtCamera] = useState(false);
  const [recorded, setRecorded] = useState<Recorded>(NO_PICTURES);
  /** Whether it is being asked if the camera's pictures may go. */
  const [isLeaving, setLeaving] = useState(false);
  const page = pageOf(bringing, atCamera);
  const pictures = recordedImages(recorded);

  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element?.open) element?.showModal();
    // Focus goes back to where it was.
    return () => element?.close();
  }, []);

  // What had the focus is gone with the page before.
  useEffect(() => {
    if (page) heading.current?.focus();
  }, [page]);

  const leave = () => {
    if (pictures > 0 && !isLeaving) setLeaving(true);
    else ownData.cancel();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    // The browser would close it, and ask nobody.
    event.preventDefault();
    if (isLeaving) setLeaving(false);
    else leave();
  };

  return (
    <dialog
      ref={dialog}
      className={`${dialogs.dialog} ${dialogs.whole} ${classes.dialog}`}
      aria-labelledby="bring-title"
      data-testid="bring"
      data-page={page}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        leave();
      }}
    >
      <header className={dialogs.header}>
        <h2 ref={heading} id="bring-title" tabIndex={-1}>
          {titleOf(page, bringing)}
        </h2>
        <ActionIcon variant="transparent" color="var(--ink-2)" aria-label="Close" onClick={leave}>
          <CloseIcon />
        </ActionIcon>
      </header>
      {isLeaving && (
        <div className={classes.leaving} role="alertdialog" aria-label="Leave the pictures">
          <p>
            The {pictures === 1 ? "picture" : `${pictures} pictures`} you took{" "}
            {pictures === 1 ? "is" : "are"} kept nowhere yet.
          </p>
          <button type="button" className={controls.quiet} onClick={ownData.cancel}>
            Throw away
          </button>
          <button
            type="button"
            className={controls.go}
            // The question has come because of a key or a press elsewhere.
            ref={(element) => element?.focus()}
            onClick={() => setLeaving(false)}
          >
            Stay
          </button>
        </div>
      )}
      {page === "sources" && <Sources bringing={bringing} onCamera={() => setAtCamera(true)} />}
      {page === "camera" && (
        <CameraPanel
          recorded={recorded}
          error={bringing.error}
          onChange={setRecorded}
          onBack={() => setAtCamera(false)}
        />
      )}
      {page === "asking" && <AskHost host={bringing.host ?? ""} what={bringing.what} />}
      {page === "looking" && (
        <div className={classes.looking}>
          <p role="status">{bringing.progress?.text || "Looking at the files"} …</p>
          <ProgressBar
            label={`Reading ${bringing.what}`}
            share={bringing.progress?.share ?? null}
            className={classes.bar}
          />
          <div className={dialogs.foot}>
            <button type="button" className={controls.quiet} onClick={ownData.cancel}>
              Cancel
            </button>
          </div>
        </div>
      )}
      {page === "preview" && bringing.proposal && (
        <Preview bringing={bringing} proposal={bringing.proposal} />
      )}
    </dialog>
  );
}

function pageOf({ step, proposal, error }: Bringing, atCamera: boolean): Page {
  if (step === "asking") return "asking";
  if (proposal) return "preview";
  // What nothing could be made of leads back to where other files are chosen.
  if (step === "looking" && error === null) return "looking";
  return atCamera ? "camera" : "sources";
}

function titleOf(page: Page, { what }: Bringing): string {
  if (page === "camera") return "Take pictures";
  if (page === "asking") return `Get ${what}?`;
  if (page === "looking") return `Reading ${what}`;
  return page === "preview" ? `What is in ${what}` : "Images of your own";
}
