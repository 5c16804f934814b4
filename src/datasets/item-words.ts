/** What a data set's images are called, in sentences. */

import { builtIn } from "./catalogue";
import type { DataSpec } from "./dataset";

export interface ItemWords {
  /** "garment" */
  readonly one: string;
  /** "garments" */
  readonly many: string;
  /** "a garment" */
  readonly a: string;
  /** The same at a sentence's beginning. */
  readonly One: string;
  readonly Many: string;
  readonly A: string;
  /** What one of its classes is called: "garment" too, and "class" where images are called no more than that. */
  readonly kind: string;
  /** The same of several, and at a sentence's beginning. */
  readonly kinds: string;
  readonly Kind: string;
  readonly Kinds: string;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Descriptions from before they had a word have the catalogue's. */
export function itemWords({ id, itemName }: Pick<DataSpec, "id" | "itemName">): ItemWords {
  const named = itemName ?? builtIn(id)?.itemName;
  const one = named ?? "image";
  const many = `${one}s`;
  const a = `${/^[aeiou]/i.test(one) ? "an" : "a"} ${one}`;
  const [kind, kinds] = named ? [one, many] : ["class", "classes"];
  return {
    one,
    many,
    a,
    One: capital(one),
    Many: capital(many),
    A: capital(a),
    kind,
    kinds,
    Kind: capital(kind),
    Kinds: capital(kinds),
  };
}
