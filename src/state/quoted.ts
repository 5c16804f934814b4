/** What a link says, quoted in a notice: it may hold anything, of any length and number. */

/** A text's first 24 characters. */
export const shortened = (text: string): string =>
  text.length > 24 ? `${text.slice(0, 24)}…` : text;

/** Names that are mentioned; of more, the first are, and the others counted. */
const MENTIONED = 3;

/** "a", "a and b", "a, b, c and 997 others". */
export function someOf(names: readonly string[]): string {
  const others = names.length - MENTIONED;
  const mentioned = names.slice(0, MENTIONED).map(shortened);
  const last =
    others > 0 ? `${others} ${others === 1 ? "other" : "others"}` : (mentioned.pop() ?? "");
  return mentioned.length === 0 ? last : `${mentioned.join(", ")} and ${last}`;
}
