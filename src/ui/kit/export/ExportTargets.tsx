import { Button, UnstyledButton } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { exportNet } from "../../../client/export";
import { createExportWorker } from "../../../client/worker";
import type { ExportTarget } from "../../../config/export-targets";
import type { ExportedNet } from "../../../protocol/export";
import { AnswerError, inWords } from "../../../protocol/rpc";
import { saveFile } from "../saveFile";
import classes from "./ExportTargets.module.css";

interface Props {
  /** In the files' names: "loom-64". */
  readonly name: string;
  /** Gets the net; its weights are a copy that may change hands. */
  readonly net: () => Promise<ExportedNet>;
  /** People may be on the images: some forms have them in. */
  readonly isCamera?: boolean;
  /** Choices before these, as items of a list. */
  readonly children?: ReactNode;
}

const TARGETS: readonly { target: ExportTarget; name: string; what: string }[] = [
  {
    target: "keras",
    name: "Keras notebook",
    what: "Rebuilds the net in Python and goes on training it, on one machine or on many. With model.keras, the net as Keras saves it.",
  },
  {
    target: "onnx",
    name: "ONNX",
    what: "Encoder, decoder and the whole net, for any program that has onnxruntime.",
  },
  {
    target: "tfjs",
    name: "TensorFlow.js",
    what: "model.json and weights.bin, for a web page of your own.",
  },
  {
    target: "tsv",
    name: "Codes",
    what: "The test images’ codes and pictures, for the Embedding Projector.",
  },
];

const WITH_IMAGES: ReadonlySet<ExportTarget> = new Set(["keras", "tsv"]);

const CAMERA_IN_EXPORT: Question = {
  text: "The camera’s pictures go into this file. ONNX and TensorFlow.js are written without them.",
  yes: "Save with pictures",
};

type State =
  | { readonly kind: "idle" }
  | { readonly kind: "busy" | "done"; readonly name: string }
  | { readonly kind: "failed"; readonly why: string };

/** A net as files for other programs, each form a zip. */
export default function ExportTargets({ name: stem, net, isCamera = false, children }: Props) {
  const [state, setState] = useState<State>({ kind: "idle" });
  const isBusy = state.kind === "busy";

  const act = async (target: ExportTarget, name: string) => {
    setState({ kind: "busy", name });
    try {
      const zip = await exportNet({ target, net: await net() }, createExportWorker);
      saveFile(new Blob([zip]), `latent-loom-${stem}-${target}.zip`);
      setState({ kind: "done", name });
    } catch (error) {
      const why =
        error instanceof AnswerError
          ? inWords(error)
          : `The net could not be exported: ${inWords(error)}`;
      setState({ kind: "failed", why });
    }
  };

  return (
    <div className={classes.targets} data-testid="export-targets">
      <ul>
        {children}
        {TARGETS.map(({ target, name, what }) => (
          <li key={target}>
            <ExportItem
              name={name}
              what={what}
              isBusy={isBusy}
              question={isCamera && WITH_IMAGES.has(target) ? CAMERA_IN_EXPORT : null}
              act={() => void act(target, name)}
            />
          </li>
        ))}
      </ul>
      <p role="status" className={classes.state}>
        {stateText(state)}
      </p>
    </div>
  );
}

/** What is asked before people's pictures go into a file. */
interface Question {
  readonly text: string;
  readonly yes: string;
  /** Another way, without the pictures. */
  readonly without?: { readonly name: string; readonly act: () => void };
}

interface ItemProps {
  /** Null where there is nothing to ask. */
  readonly question?: Question | null;
  readonly name: string;
  readonly what: string;
  readonly isBusy?: boolean;
  readonly act: () => void;
}

/** One form that a net or run can leave the page in. */
export function ExportItem({ name, what, question = null, isBusy = false, act }: ItemProps) {
  const [isAsking, setIsAsking] = useState(false);
  const answer = (answered: () => void) => () => {
    setIsAsking(false);
    answered();
  };
  if (isAsking && question) {
    const { text, yes, without } = question;
    return (
      <fieldset className={classes.question} aria-label={`${name}: pictures of people`}>
        <p>{text}</p>
        {without && (
          <Button size="compact-xs" variant="default" onClick={answer(without.act)}>
            {without.name}
          </Button>
        )}
        <Button size="compact-xs" variant="default" onClick={answer(act)}>
          {yes}
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={answer(() => {})}>
          Cancel
        </Button>
      </fieldset>
    );
  }
  const begin = question ? () => setIsAsking(true) : act;
  return (
    <UnstyledButton
      className={classes.item}
      aria-disabled={isBusy}
      onClick={isBusy ? undefined : begin}
    >
      <b>{name}</b>
      <span>{what}</span>
    </UnstyledButton>
  );
}

function stateText(state: State): string {
  switch (state.kind) {
    case "idle":
      return "";
    case "busy":
      return `Writing ${state.name} …`;
    case "done":
      return `${state.name} is among your downloads.`;
    case "failed":
      return state.why;
  }
}
