import { describe, expect, it } from "vitest";
import { inTurn } from "../../../../src/state/images";
import { coarseFirst, compression, stopsUpTo } from "../../../../src/state/lab/sizes";
import {
  endsOf,
  marksOf,
  sizeAfterKey,
  toPosition,
  toSize,
} from "../../../../src/ui/kit/sizeScale";
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
    for (let size = 1; size <= 512; size++) expect(toSize(toPosition(size), 512)).toBe(size);
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

  it("moves with every press of an arrow key, up to its ends", () => {
    let size = 1;
    let presses = 0;
    while (size < 512) {
      const next = sizeAfterKey("ArrowRight", size, 512)!;
      expect(next).toBeGreaterThan(size);
      size = next;
      presses += 1;
    }
    expect(presses).toBeLessThan(36);
    expect(sizeAfterKey("ArrowRight", 512, 512)).toBe(512);
    expect(sizeAfterKey("ArrowLeft", 1, 512)).toBe(1);
    expect(sizeAfterKey("ArrowLeft", 100, 512)).toBeLessThan(100);
  });

  it("is an axis of an octave at least", () => {
    expect(endsOf([2, 8, 64])).toEqual([2, 64]);
    expect(endsOf([16])).toEqual([16, 32]);
  });

  it("marks octaves, and the end without a neighbour that it would run into", () => {
    expect(marksOf(256)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256]);
    expect(marksOf(80)).toEqual([1, 2, 4, 8, 16, 32, 80]);
    expect(marksOf(1)).toEqual([1]);
  });
});
