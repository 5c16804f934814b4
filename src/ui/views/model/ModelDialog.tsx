import { ActionIcon } from "@mantine/core";
import { type FormEvent, useEffect, useId, useLayoutEffect, useRef } from "react";
import { useStore } from "zustand";
import type { ModelChoices } from "../../../protocol/import";
import type { ImportingModel } from "../../../state/model-import";
import { isActive } from "../../../state/state";
import controls from "../../kit/Controls.module.css";
import dialogs from "../../kit/Dialog.module.css";
import { shapeWords, whole } from "../../kit/format";
import fields from "../../kit/Guesses.module.css";
import { useApp } from "../../kit/hooks";
import { CloseIcon } from "../../kit/icons";
import { ProgressBar } from "../../kit/ProgressBar";
import classes from "./ModelDialog.module.css";

/**
 * The dialog in which a trained model comes to the page: what it was found to be, and what was guessed, before
 * anything is kept.
 */
export default function ModelDialog() {
  const { models } = useApp();
  const importing = useStore(models.state, (state) => state.importing);
  return importing && <Opened importing={importing} />;
}

function Opened({ importing }: { readonly importing: ImportingModel }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const { step, what, cancel } = importing;
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element?.open) element?.showModal();
    return () => element?.close();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is read aloud changes with the step
  useEffect(() => heading.current?.focus(), [step === "refused"]);

  return (
    <dialog
      ref={dialog}
      className={`${dialogs.dialog} ${dialogs.whole} ${classes.dialog}`}
      aria-labelledby="model-title"
      data-testid="model-dialog"
      data-step={step}
      onCancel={(event) => {
        event.preventDefault();
        cancel();
      }}
    >
      <header className={dialogs.header}>
        <h2 ref={heading} id="model-title" tabIndex={-1}>
          {step === "refused" ? `${what} is not taken` : what}
        </h2>
        <ActionIcon variant="transparent" color="var(--ink-2)" aria-label="Close" onClick={cancel}>
          <CloseIcon />
        </ActionIcon>
      </header>
      {step === "refused" ? (
        <Refused problems={importing.problems} />
      ) : (
        <Found importing={importing} />
      )}
      <div className={`${dialogs.foot} ${classes.foot}`}>
        <button type="button" className={controls.quiet} onClick={cancel}>
          {step === "refused" ? "Close" : "Cancel"}
        </button>
        {step !== "refused" && (
          <button
            type="submit"
            form="model-form"
            className={controls.go}
            disabled={step !== "found" || !importing.data}
          >
            Open
          </button>
        )}
      </div>
    </dialog>
  );
}

/** All that there is no form of, at once. */
function Refused({ problems }: { readonly problems: readonly string[] }) {
  return (
    <ul className={classes.problems} role="alert">
      {problems.map((problem) => (
        <li key={problem}>{problem}</li>
      ))}
    </ul>
  );
}

function Found({ importing }: { readonly importing: ImportingModel }) {
  const { store } = useApp();
  const { found, step, data, dataSets } = importing;
  const isBusy = step !== "found";
  const choose = (choices: ModelChoices) => void importing.choose(choices);
  const take = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const view = isActive(store.getState().run) ? "runs" : "train";
    if (await importing.take()) window.location.hash = view;
  };
  return (
    <form id="model-form" className={classes.form} onSubmit={(event) => void take(event)}>
      {found && (
        <>
          <p className={classes.facts} data-testid="model-facts">
            <b>{found.name}</b> has {whole(found.layers)} layers and {whole(found.parameters)}{" "}
            weights, and takes <b>{shapeWords(found.image)}</b>. Its code is{" "}
            {codeWords(found.codeShape)}.
          </p>
          <fieldset className={fields.guesses} disabled={step === "taking"}>
            <legend>What was guessed, and can be changed</legend>
            <Choice
              label="The code is what this makes"
              value={found.code}
              options={found.codes.map((code) => [code, code])}
              onChoose={(code) => choose({ code })}
            />
            <Choice
              label="Black and white that it takes"
              value={found.takes}
              options={found.ranges.map((range) => [range, rangeWords(range)])}
              onChoose={(takes) => choose({ takes })}
            />
            <Choice
              label="Black and white that it makes"
              value={found.makes}
              options={found.ranges.map((range) => [range, rangeWords(range)])}
              onChoose={(makes) => choose({ makes })}
            />
            {data && (
              <Choice
                label="Images"
                value={data.id}
                options={dataSets.map(({ id, title }) => [id, title])}
                onChoose={(id) => {
                  const spec = dataSets.find((each) => each.id === id);
                  if (spec) void importing.chooseData(spec);
                }}
              />
            )}
          </fieldset>
          {found.error !== null && (
            <p className={classes.note} data-testid="model-error">
              So it rebuilds 64 of these images with a mean squared error of{" "}
              <b data-figures>{found.error.toPrecision(2)}</b>. A model that was trained on such
              images has far less than 0.1: where it has more, another choice may be right.
            </p>
          )}
          {!data && (
            <p className={classes.note} role="alert">
              There are no such images here: bring some in Data, and then this file again.
            </p>
          )}
          {found.notes.length > 0 && (
            <ul className={classes.notes} aria-label="What is otherwise here than in the file">
              {found.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          )}
        </>
      )}
      <div className={classes.progress}>
        {isBusy && (
          <>
            <span role="status">
              {step === "taking" ? "Opening the net" : "Reading the file"} …
            </span>
            <ProgressBar label="Reading the file" share={null} className={classes.bar} />
          </>
        )}
      </div>
    </form>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly onChoose: (value: string) => void;
}

function Choice({ label, value, options, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <div className={fields.guess}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className={controls.select}
        value={value}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {options.map(([each, words]) => (
          <option key={each} value={each}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

/** "0..255" as "0 to 255". */
const rangeWords = (range: string): string => range.replace("..", " to ").replace("-", "−");

function codeWords(shape: readonly number[]): string {
  const [size = 0, ...others] = shape;
  if (others.length > 0) return `a stack of maps, ${shape.join(" × ")}`;
  return size === 1 ? "one number" : `${whole(size)} numbers`;
}
