import { describe, expect, it } from "vitest";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { itemWords } from "../../../src/datasets/item-words";
import {
  begin,
  blank,
  isBlank,
  replace,
  stroke,
  undo,
} from "../../../src/ui/views/images/draw/drawing";
import { strangeness } from "../../../src/ui/views/images/draw/ErrorPlace";
import { GREY_28 } from "../image-sets";

const brush = { radius: 1, grey: 255, mirrored: false };
const point = { x: 10, y: 10 };

const BLANK = blank(GREY_28);

describe("a drawing", () => {
  it("takes strokes back one by one, down to the blank sheet", () => {
    const one = stroke(begin(BLANK), point, point, brush);
    const two = stroke(begin(one), point, { x: 20, y: 10 }, brush);
    expect(isBlank(one)).toBe(false);
    expect(undo(two).pixels).toBe(one.pixels);
    expect(undo(undo(two)).pixels).toBe(BLANK.pixels);
    expect(undo(undo(undo(two)))).toMatchObject({ past: [] });
  });

  it("counts a stroke of many points as one", () => {
    let drawn = begin(BLANK);
    for (let x = 5; x < 20; x++) drawn = stroke(drawn, { x, y: 5 }, { x: x + 1, y: 5 }, brush);
    expect(drawn.past).toHaveLength(1);
    expect(isBlank(undo(drawn))).toBe(true);
  });

  it("changes no array that it has handed out", () => {
    const before = BLANK.pixels.slice();
    stroke(begin(BLANK), point, point, brush);
    expect(BLANK.pixels).toEqual(before);
  });

  it("gives back what a picture took the place of", () => {
    const drawn = stroke(begin(BLANK), point, point, brush);
    const replaced = replace(drawn, new Uint8Array(784).fill(9));
    expect(replaced.pixels[0]).toBe(9);
    expect(undo(replaced).pixels).toBe(drawn.pixels);
  });
});

describe("the words about an error", () => {
  it("call strange what hardly any training image exceeds", () => {
    expect(
      [0.2, 0.94, 0.96, 0.994, 0.996, 1].map(
        (rank) => strangeness(rank, itemWords(FASHION_MNIST)).title,
      ),
    ).toEqual(["Familiar", "Familiar", "Unusual", "Unusual", "Strange", "Strange"]);
  });
});
