/** A net's text as words: what stands between two ">", and its words taken one after the other. */

/** From the first character's place up to the last one's. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A net's text that cannot be read; the message says why, and the place where. */
export class NetTextError extends Error {
  override readonly name = "NetTextError";
  /** The words that it is about: from the first character's place up to the last one's. */
  readonly from: number;
  readonly to: number;

  constructor(message: string, { from, to }: Span) {
    super(message);
    this.from = from;
    this.to = to;
  }
}

export interface Word extends Span {
  readonly text: string;
}

/** What stands between two ">": a layer, or an instruction about the layers around it. */
export interface Item extends Span {
  readonly words: readonly Word[];
}

/** "conv 32 3 relu" */
export function itemText({ words }: Item): string {
  return words.map(({ text }) => text).join(" ");
}

/** @throws NetTextError where a layer is missing */
export function itemsOf(text: string): readonly Item[] {
  let from = 0;
  return text.split(">").map((part) => {
    const start = from;
    from += part.length + 1;
    const words = Array.from(part.matchAll(/\S+/g), ({ 0: word, index }) => {
      const at = start + index;
      return { text: word, from: at, to: at + word.length };
    });
    const first = words[0]?.from ?? start;
    const to = words.at(-1)?.to ?? start + Math.max(1, part.length);
    if (words.length === 0) {
      throw new NetTextError("A layer is missing here.", { from: first, to });
    }
    return { words, from: first, to };
  });
}

/** Something that may be said of a layer, in any order with the others. */
export interface Option<T> {
  /** For messages: "stride (/2)". */
  readonly says: string;
  /** Its value, where it begins with that word; it may take the words that follow. */
  read(word: string, rest: Words): T | undefined;
}

/** An option that is one of those words. */
export function oneOf<T extends string>(what: string, all: readonly T[]): Option<T> {
  return {
    says: `${what} (${all.join(", ")})`,
    read: (word) => all.find((each) => each === word),
  };
}

/** The words of one item, taken one after the other; errors say what is missing or too much. */
export class Words {
  readonly #item: Item;
  #words: readonly Word[];
  /** What the options that were asked for say. */
  readonly #allowed: string[] = [];

  constructor(item: Item, words: readonly Word[] = item.words) {
    this.#item = item;
    this.#words = words;
  }

  get isAtEnd(): boolean {
    return this.#words.length === 0;
  }

  /** Whether nothing comes but what training does with the layer (training.ts). */
  get isSaid(): boolean {
    const [first] = this.#words;
    return !first || /^(frozen|((bias|activity)-)?l[12])$/.test(first.text);
  }

  next(what: string): Word {
    const [first, ...rest] = this.#words;
    if (!first) throw new NetTextError(`"${itemText(this.#item)}" wants ${what}.`, this.#item);
    this.#words = rest;
    return first;
  }

  /** The name behind `as`, at the end. */
  nameAtEnd(): Word | null {
    const at = this.#words.findIndex(({ text }) => text === "as");
    if (at < 0) return null;
    const [as, name, ...rest] = this.#words.slice(at);
    if (!name || rest.length > 0) {
      throw new NetTextError('"as" is followed by one name, at the end.', rest.at(-1) ?? as!);
    }
    if (!/^[a-z][a-z0-9_-]{0,39}$/i.test(name.text)) {
      throw new NetTextError(
        "A name begins with a letter and has up to 40 letters, digits, _ and -.",
        name,
      );
    }
    this.#words = this.#words.slice(0, at);
    return name;
  }

  /** A plain decimal number. */
  number(what: string): number {
    const word = this.next(what);
    if (!/^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(word.text)) {
      throw new NetTextError(`Wanted ${what}, not "${word.text}".`, word);
    }
    return Number(word.text);
  }

  /** A number over 0. */
  rate(what: string): number {
    const word = this.#words[0];
    const rate = this.number(what);
    if (rate > 0) return rate;
    throw new NetTextError(`Wanted ${what}, not "${word?.text}".`, word ?? this.#item);
  }

  whole(what: string): number {
    const word = this.next(what);
    if (!/^\d{1,9}$/.test(word.text)) {
      throw new NetTextError(`Wanted ${what}, a whole number, not "${word.text}".`, word);
    }
    return Number(word.text);
  }

  /** "3", or "3x2" for down and across. */
  sides(what: string): readonly [number, number] {
    const word = this.next(what);
    const sides = sidesOf(word.text);
    if (sides) return sides;
    throw new NetTextError(`Wanted ${what} such as 3 or 3x2, not "${word.text}".`, word);
  }

  /** "14x14x32", or "6272". */
  shape(what: string): readonly number[] {
    const word = this.next(what);
    if (!/^\d{1,7}([x×]\d{1,7}){0,2}$/.test(word.text)) {
      throw new NetTextError(`Wanted ${what} such as 14x14x32, not "${word.text}".`, word);
    }
    return word.text.split(/[x×]/).map(Number);
  }

  /** What one of the words that are left says, wherever it stands; undefined where none does. */
  option<T>(option: Option<T>): T | undefined {
    this.#allowed.push(option.says);
    let found: T | undefined;
    for (let at = 0; at < this.#words.length; ) {
      const word = this.#words[at]!;
      const rest = new Words(this.#item, this.#words.slice(at + 1));
      const value = option.read(word.text, rest);
      if (value === undefined) {
        at += 1;
        continue;
      }
      if (found !== undefined) throw new NetTextError(`The ${option.says} is given twice.`, word);
      found = value;
      this.#words = [...this.#words.slice(0, at), ...rest.#words];
    }
    return found;
  }

  /** @throws NetTextError where words are left, with what may be said */
  end(): void {
    const [first] = this.#words;
    if (!first) return;
    const nothing = `"${first.text}" says nothing here.`;
    if (this.#allowed.length > 0) {
      throw new NetTextError(`${nothing} Allowed: ${this.#allowed.join(", ")}.`, first);
    }
    throw new NetTextError(nothing, { from: first.from, to: this.#words.at(-1)!.to });
  }
}

/** "3" → [3, 3], "3x2" → [3, 2] */
export function sidesOf(text: string): readonly [number, number] | undefined {
  const [, down, across = down] = /^(\d{1,3})(?:[x×](\d{1,3}))?$/.exec(text) ?? [];
  return down && across ? [Number(down), Number(across)] : undefined;
}

/** [3, 3] → "3", [3, 2] → "3x2" */
export function sidesText([down, across]: readonly [number, number]): string {
  return down === across ? `${down}` : `${down}x${across}`;
}
