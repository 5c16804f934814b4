import { useStore } from "zustand";
import type { App } from "../../../../state/app";
import { createNetEditor, type NetEditor, type NetEditorState } from "../../../../state/net-editor";
import { useApp } from "../../../kit/hooks";

/** One for each app, so that what can be undone outlives a look at another view. */
const editors = new WeakMap<App, NetEditor>();

export function useNetEditor(): NetEditor {
  const app = useApp();
  const known = editors.get(app);
  if (known) return known;
  const made = createNetEditor(app);
  editors.set(app, made);
  return made;
}

/** A part of the editor's state; the component renders again only when that part changes. */
export function useEdited<T>(select: (state: NetEditorState) => T): T {
  return useStore(useNetEditor().state, select);
}
