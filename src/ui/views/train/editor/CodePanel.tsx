import { UnstyledButton } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useEffect, useId, useMemo, useState } from "react";
import { createCodeClient } from "../../../../client/export";
import { createExportWorker } from "../../../../client/worker";
import { netProblem } from "../../../../config/net";
import { ImportError, importNet, isModelJson } from "../../../../import";
import type { ImageShape } from "../../../../math/image-set";
import { netOfDraft } from "../../../../nets/edit";
import { netText } from "../../../../nets/text";
import { AnswerError } from "../../../../protocol/rpc";
import { useFormSpec } from "../../../kit/hooks";
import classes from "./CodePanel.module.css";
import { useEdited, useNetEditor } from "./useNetEditor";

/** The net as a line of text, which can be written in, and as Keras code. */
export function CodePanel() {
  const draft = useEdited((state) => state.draft);
  const isNet = useEdited((state) => state.problem === null);
  const text = useMemo(() => netText(netOfDraft(draft)), [draft]);
  return (
    <div className={classes.panel} data-testid="net-code">
      <Text key={text} text={text} />
      <Keras text={isNet ? text : null} />
    </div>
  );
}

/** @param text the net's, with which the field begins */
function Text({ text }: { readonly text: string }) {
  const editor = useNetEditor();
  const shape = useFormSpec();
  const id = useId();
  const [written, setWritten] = useState(text);
  const read = useMemo(
    () => (written === text ? { line: null, said: "" } : readNet(written, shape)),
    [written, text, shape],
  );
  const { line, said, words } = read;
  return (
    <div className={classes.half}>
      <label className={classes.label} htmlFor={`${id}-text`}>
        The net, layer by layer
      </label>
      <textarea
        id={`${id}-text`}
        className={classes.text}
        rows={7}
        spellCheck={false}
        autoCapitalize="off"
        title="A line of text, or what Keras’s to_json() or tfjs writes of a model"
        value={written}
        aria-invalid={written !== text && line === null}
        aria-describedby={`${id}-said`}
        onChange={(event) => setWritten(event.currentTarget.value)}
      />
      <p id={`${id}-said`} className={classes.said} role="status">
        {said}
        {words && (
          <>
            {" "}
            Look at <q>{words}</q>.
          </>
        )}
      </p>
      <div className={classes.actions}>
        <UnstyledButton
          className={classes.button}
          disabled={line === null}
          onClick={() => line !== null && editor.take(line)}
        >
          Use this net
        </UnstyledButton>
        <Copy what="text" text={written} />
      </div>
    </div>
  );
}

interface ReadNet {
  /** The net as a line of text; null where there is none. */
  readonly line: string | null;
  /** What is wrong, or what of a model's JSON is otherwise here. */
  readonly said: string;
  /** Of the text, that this is about. */
  readonly words?: string;
}

/** Reads a net's line, or the JSON that Keras or tfjs writes of a model. */
function readNet(written: string, shape: ImageShape): ReadNet {
  let line = written;
  let notes = "";
  if (isModelJson(written)) {
    try {
      const imported = importNet(written, shape);
      line = netText(imported.net);
      notes = imported.notes.join(" ");
    } catch (error) {
      if (error instanceof ImportError) return { line: null, said: error.message };
      throw error;
    }
  }
  const problem = netProblem(line, shape);
  return problem
    ? { line: null, said: problem.message, words: problem.words }
    : { line, said: notes };
}

/** Milliseconds without a change before the code is written: a slider brings many nets. */
const REST = 300;

/** @param text the net's; null where it is none so far */
function Keras({ text }: { readonly text: string | null }) {
  const { height, width, channels } = useFormSpec();
  const [client] = useState(() => createCodeClient(createExportWorker));
  const [code, setCode] = useState("");
  const [why, setWhy] = useState("");
  useEffect(() => () => client.dispose(), [client]);
  useEffect(() => {
    if (text === null) return;
    const wanted = new AbortController();
    const ask = async () => {
      try {
        const ask = { net: text, shape: { height, width, channels } };
        setCode(await client.ask("code", ask, { signal: wanted.signal }));
        setWhy("");
      } catch (error) {
        if (wanted.signal.aborted) return;
        if (!(error instanceof AnswerError)) throw error;
        setWhy(`${error.message} ${error.remedy}`);
      }
    };
    const timer = setTimeout(() => void ask(), REST);
    return () => {
      clearTimeout(timer);
      wanted.abort();
    };
  }, [client, text, height, width, channels]);
  const said = text === null ? "The net cannot be yet: there is no code for it." : why;
  const id = useId();
  return (
    <div className={classes.half}>
      <label className={classes.label} htmlFor={`${id}-keras`}>
        The same in Keras 3
      </label>
      <textarea
        id={`${id}-keras`}
        className={classes.code}
        rows={7}
        wrap="off"
        readOnly
        data-testid="keras-code"
        value={said === "" ? code : ""}
        placeholder="…"
      />
      <p className={classes.said} role="status">
        {said}
      </p>
      <div className={classes.actions}>
        <Copy what="Keras code" text={code} />
      </div>
    </div>
  );
}

/** Milliseconds that the button says what it has done. */
const TELL_FOR = 2000;

function Copy({ what, text }: { readonly what: string; readonly text: string }) {
  const { copy, copied, error } = useClipboard({ timeout: TELL_FOR });
  const label = error ? "Select and copy it: this browser keeps the page from it" : `Copy ${what}`;
  return (
    <UnstyledButton
      className={classes.button}
      disabled={text === "" || error !== null}
      onClick={() => copy(text)}
    >
      {copied ? "Copied" : label}
    </UnstyledButton>
  );
}
