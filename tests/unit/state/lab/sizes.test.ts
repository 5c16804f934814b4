import { describe, expect, it } from "vitest";
import { inTurn } from "../../../../src/state/lab/garments";
import { coarseFirst, compression, stopsUpTo } from "../../../../src/state/lab/sizes";
import { marksOf, sizeAfterKey, toPosition, toSize } from "../../../../src/ui/charts/sizeScale";
import { GREY_28 } from "../../image-sets";

describe("stopsUpTo", () => {
  it("ends with the net's own size, whatever it is", () => {
    expect(stopsUpTo(256).at(-1)).toBe(256);
    expect(stopsUpTo(256).slice(0, 6)).toEqual([1, 2, 3, 4, 6, 8]);
    expect(stopsUpTo(100).slice(-2)).toEqual([96, 100]);
    expect(stopsUpTo(1)).toEqual([1]);
  });
});

describe("coarseFirst", () => {
  it("has every stop once, the ends and the middle first", () => {
    const stops = stopsUpTo(256);
    const order = coarseFirst(stops);
    expect([...order].sort((a, b) => a - b)).toEqual(stops);
    expect(order.slice(0, 3)).toEqual([1, 256, stops[(stops.length - 1) >> 1]]);
    expect(coarseFirst([5])).toEqual([5]);
  });
});

describe("inTurn", () => {
  it("takes the classes in turn, and what there is where one runs out", () => {
    const labels = Uint8Array.of(1, 1, 0, 1, 0, 1);
    expect(inTurn(labels, 4)).toEqual([2, 0, 4, 1]);
    expect(inTurn(labels, 99)).toEqual([2, 0, 4, 1, 3, 5]);
    expect(inTurn(labels, 0)).toEqual([]);
  });
});

describe("the slider's scale", () => {
  it("goes by octaves and back", () => {
    for (const size of [1, 2, 3, 31, 200, 256]) expect(toSize(toPosition(size), 256)).toBe(size);
    expect(toSize(99, 100)).toBe(100);
    expect(compression(28, GREY_28)).toBe(28);
  });

  it("moves by keys, and stays within the net's size", () => {
    expect(sizeAfterKey("ArrowRight", 1, 256)).toBe(2);
    expect(sizeAfterKey("ArrowRight", 16, 256)).toBe(19);
    expect(sizeAfterKey("ArrowLeft", 16, 256)).toBe(13);
    expect(sizeAfterKey("ArrowUp", 100, 100)).toBe(100);
    expect(sizeAfterKey("PageUp", 200, 256)).toBe(256);
    expect(sizeAfterKey("PageDown", 1, 256)).toBe(1);
    expect(sizeAfterKey("Home", 40, 256)).toBe(1);
    expect(sizeAfterKey("End", 40, 256)).toBe(256);
    expect(sizeAfterKey("a", 40, 256)).toBeNull();
  });

  it("marks octaves, and the end without a neighbour that it would run into", () => {
    expect(marksOf(256)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256]);
    expect(marksOf(80)).toEqual([1, 2, 4, 8, 16, 32, 80]);
    expect(marksOf(1)).toEqual([1]);
  });
});
