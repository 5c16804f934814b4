/** Why a picture or a table of the page could not be made into a file, for people. */

import { PartError } from "../../client/parts";

/** The message is the end of "… could not be made: …". */
export class FigureError extends Error {
  override readonly name = "FigureError";
}

/** "PNG could not be made: …", with what can be done about it. */
export function whyNot(format: string, error: unknown): string {
  return `${format} could not be made: ${reason(format, error).replace(/\.$/, "")}.`;
}

function reason(format: string, error: unknown): string {
  if (error instanceof FigureError) return error.message;
  if (error instanceof PartError) {
    return `${error.message.replace(/\.$/, "")}${error.isPassing ? ". Try again in a moment" : ""}`;
  }
  // What the browser says of it, each in words of its own, helps those who mend the page.
  console.error(error);
  return format === "PNG"
    ? "this browser could not draw it. SVG needs no drawing: take that, or close other tabs and try again"
    : "this browser could not put it together. Reload the page, which keeps your run, and try again";
}
