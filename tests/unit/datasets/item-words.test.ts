import { describe, expect, it } from "vitest";
import { FASHION_MNIST, SYNTHETIC_GARMENTS } from "../../../src/datasets/fashion-mnist";
import { itemWords } from "../../../src/datasets/item-words";
import { GREY_16 } from "../image-sets";

describe("what images are called", () => {
  it("is what their data set says, or images", () => {
    expect(itemWords(FASHION_MNIST)).toEqual({
      one: "garment",
      many: "garments",
      a: "a garment",
      One: "Garment",
      Many: "Garments",
      A: "A garment",
      kind: "garment",
      kinds: "garments",
      Kind: "Garment",
      Kinds: "Garments",
    });
    expect(itemWords(GREY_16)).toMatchObject({ many: "images", a: "an image", Kinds: "Classes" });
    expect(itemWords({ ...GREY_16, itemName: "sign" })).toMatchObject({ a: "a sign" });
  });

  it("is garments, too, in descriptions from before they had a word", () => {
    const { itemName: _, ...older } = SYNTHETIC_GARMENTS;
    expect(itemWords(older).many).toBe("garments");
  });
});
