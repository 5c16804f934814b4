import { NativeSelect, Switch, UnstyledButton } from "@mantine/core";
import { useEffect, useState } from "react";
import { RECIPES } from "../../../../config/recipes";
import { setMirrored, whyNotMirrored } from "../../../../nets/edit";
import { PRESETS, type PresetName } from "../../../../nets/presets";
import { RedoIcon, UndoIcon } from "../../../kit/icons";
import type { Picked } from "../model/NetHandles";
import { CodePanel } from "./CodePanel";
import { Comparison } from "./Comparison";
import { Lane } from "./Lane";
import classes from "./NetEditor.module.css";
import { SizeAdvice } from "./SizeAdvice";
import { useEdited, useNetEditor } from "./useNetEditor";

interface Props {
  readonly picked: Picked | null;
  /** Whether the look inside is open, which is asked for and closed here. */
  readonly isLooking: boolean;
  readonly onLook: () => void;
  /** Whether the slow step is open, likewise. */
  readonly isSlow: boolean;
  readonly onSlow: () => void;
}

/** The form's net, layer by layer: each can be set, moved and taken away, and others put in between. */
export default function NetEditor({ picked, isLooking, onLook, isSlow, onSlow }: Props) {
  useUndoKeys();
  const [compared, setCompared] = useState<PresetName | null>(null);
  const [isCodeShown, showCode] = useState(false);

  return (
    <section
      className={classes.editor}
      aria-label="The net, to be changed"
      data-testid="net-editor"
    >
      <Lane picked={picked} />
      <div className={classes.tools}>
        <History />
        <Mirror />
        <NativeSelect
          size="xs"
          classNames={{ root: classes.compare ?? "", input: classes.select ?? "" }}
          aria-label="Compare with"
          value={compared ?? ""}
          onChange={({ currentTarget }) =>
            setCompared(PRESETS.find((preset) => preset === currentTarget.value) ?? null)
          }
          data={[
            { value: "", label: "Compare with …" },
            ...PRESETS.map((preset) => ({ value: preset, label: RECIPES[preset].title })),
          ]}
        />
        <UnstyledButton
          className={classes.tool}
          aria-expanded={isCodeShown}
          onClick={() => showCode(!isCodeShown)}
        >
          Text and code
        </UnstyledButton>
        <UnstyledButton className={classes.tool} aria-expanded={isLooking} onClick={onLook}>
          Look inside
        </UnstyledButton>
        <UnstyledButton className={classes.tool} aria-expanded={isSlow} onClick={onSlow}>
          A step, slowly
        </UnstyledButton>
        <Problem />
      </div>
      <SizeAdvice />
      {compared && <Comparison preset={compared} onClose={() => setCompared(null)} />}
      {isCodeShown && <CodePanel />}
    </section>
  );
}

/** Undo and redo by keys, wherever on the page; what is typed into a field is undone there. */
function useUndoKeys() {
  const editor = useNetEditor();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { target, ctrlKey, metaKey, altKey, shiftKey } = event;
      const isField = target instanceof HTMLElement && target.matches("input, textarea, select");
      if (!(ctrlKey || metaKey) || altKey || isField) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (key === "y" || shiftKey) editor.redo();
      else editor.undo();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [editor]);
}

function History() {
  const editor = useNetEditor();
  const canUndo = useEdited(({ past }) => past.length > 0);
  const canRedo = useEdited(({ future }) => future.length > 0);
  return (
    <>
      <UnstyledButton
        className={classes.tool}
        aria-label="Undo"
        title="Undo (Ctrl+Z)"
        disabled={!canUndo}
        onClick={editor.undo}
      >
        <UndoIcon size={16} />
      </UnstyledButton>
      <UnstyledButton
        className={classes.tool}
        aria-label="Redo"
        title="Redo (Ctrl+Shift+Z)"
        disabled={!canRedo}
        onClick={editor.redo}
      >
        <RedoIcon size={16} />
      </UnstyledButton>
    </>
  );
}

function Mirror() {
  const editor = useNetEditor();
  const draft = useEdited((state) => state.draft);
  const why = draft.isMirrored ? null : whyNotMirrored(draft);
  return (
    <Switch
      size="xs"
      classNames={{ root: classes.mirror ?? "", body: classes.mirrorBody ?? "" }}
      label="Decoder mirrors encoder"
      title={why ?? undefined}
      disabled={why !== null}
      checked={draft.isMirrored}
      onChange={(event) => editor.edit(setMirrored(draft, event.currentTarget.checked))}
    />
  );
}

/** What is wrong with a net that cannot be trained; the room for a line is always there. */
function Problem() {
  const problem = useEdited((state) => state.problem);
  return (
    <p className={classes.problem} role="status" data-testid="net-problem">
      {problem && (
        <>
          {problem.message} <span>Train takes the last net that can be.</span>
        </>
      )}
    </p>
  );
}
