/** What page and file worker say to each other: one question, one answer. */

import type { RunFile } from "../storage/file/run-file";

export type FileCommand =
  | { readonly type: "pack"; readonly run: RunFile }
  /** The run gets that id. */
  | { readonly type: "unpack"; readonly bytes: Uint8Array; readonly id: string };

export type FileAnswer =
  | { readonly type: "packed"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: "unpacked"; readonly run: RunFile }
  /** Why not, one sentence. */
  | { readonly type: "refused"; readonly message: string };
