import { type FormEvent, useId, useState } from "react";
import type { FormatName, Proposal } from "../../../datasets/proposal";
import { type ImageShape, sameShape } from "../../../math/image-set";
import type { Bringing } from "../../../state/own-data";
import controls from "../../kit/Controls.module.css";
import dialogs from "../../kit/Dialog.module.css";
import { images, shapeWords, whole } from "../../kit/format";
import fields from "../../kit/Guesses.module.css";
import { useApp } from "../../kit/hooks";
import { ProgressBar } from "../../kit/ProgressBar";
import dialog from "./BringDialog.module.css";
import { BringError } from "./BringError";
import { ClassCounts } from "./ClassCounts";
import { GuessField } from "./GuessField";
import classes from "./Preview.module.css";
import { Samples } from "./Samples";

const FORMAT_WORDS: Readonly<Record<FormatName, string>> = {
  idx: "IDX files, as MNIST has them",
  numpy: "NumPy arrays",
  csv: "a table (CSV), a row an image",
  parquet: "a Parquet table",
  cifar: "CIFAR’s binary files",
  pictures: "pictures",
  sheet: "a sheet of pictures",
};

interface Props {
  readonly bringing: Bringing;
  readonly proposal: Proposal;
}

/** What was found, with all that was guessed about it, before anything of it is kept. */
export function Preview({ bringing, proposal }: Props) {
  const { ownData } = useApp();
  const { step, progress, choices, title, error, isCamera } = bringing;
  const { shape, guesses, notes } = proposal;
  const name = useId();
  // What is typed is there at once, wherever the caret stands.
  const [typed, setTyped] = useState(title);
  const isBusy = step !== "proposed";
  const keep = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy) void ownData.keep();
  };
  return (
    <form className={classes.preview} onSubmit={keep} data-testid="preview" data-step={step}>
      <p className={classes.facts} data-testid="facts">
        <b>{images(proposal.images)}</b> of <b>{shapeWords(shape)}</b>, from{" "}
        {isCamera ? "the camera" : FORMAT_WORDS[proposal.format]}
        {madeOf(proposal)}.
      </p>
      {error && <BringError message={error} />}
      {notes.map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
      <div
        className={classes.found}
        data-dimmed={step === "looking" || undefined}
        aria-busy={isBusy}
      >
        <Samples proposal={proposal} />
        <ClassCounts classes={proposal.classes} />
      </div>
      {guesses.length > 0 && (
        <fieldset className={fields.guesses} disabled={step === "keeping"}>
          <legend>What was guessed, and can be changed</legend>
          {guesses.map((guess) => (
            <GuessField
              key={guess.name}
              guess={guess}
              value={choices[guess.name] ?? guess.value}
              onChoose={(value) => ownData.choose({ [guess.name]: value })}
            />
          ))}
        </fieldset>
      )}
      <div className={`${dialogs.foot} ${classes.foot}`}>
        <label className={classes.title} htmlFor={name}>
          Name
          <input
            id={name}
            value={typed}
            maxLength={60}
            required
            autoComplete="off"
            disabled={step === "keeping"}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              ownData.setTitle(event.currentTarget.value);
            }}
          />
        </label>
        <button
          type="button"
          className={controls.quiet}
          onClick={isCamera && step !== "keeping" ? ownData.start : ownData.cancel}
        >
          {isCamera && step !== "keeping" ? "Back to the camera" : "Cancel"}
        </button>
        <button type="submit" className={controls.go} disabled={isBusy || typed.trim() === ""}>
          Keep
        </button>
      </div>
      {isBusy ? (
        <div className={classes.progress}>
          <span role="status">
            {step === "keeping" ? "Keeping the images" : progress?.text || "Looking again"} …
          </span>
          <ProgressBar
            label={step === "keeping" ? "Keeping the images" : "Looking again"}
            share={progress?.share ?? null}
            className={dialog.bar}
          />
        </div>
      ) : (
        <p className={dialog.small}>
          {isCamera
            ? "These pictures stay on this machine: they are kept in this browser alone, and go into a file or a report only if you say so."
            : "They are kept in this browser alone. Nothing leaves this machine."}
        </p>
      )}
    </form>
  );
}

const sides = ({ height, width }: ImageShape): string => `${height} × ${width}`;

/** ", made of 128 × 96 in colour": what they were before, where that differs. */
function madeOf({ original, isMixed, shape, classes, format }: Proposal): string {
  const test = classes.reduce((sum, each) => sum + each.test, 0);
  const ofTest = test > 0 ? `; ${whole(test)} are the set’s own test part` : "";
  if (isMixed) return ` of several sizes, most of them ${sides(original)}${ofTest}`;
  if (sameShape(original, shape) || format === "sheet") return ofTest;
  return ` of ${shapeWords(original)}${ofTest}`;
}
