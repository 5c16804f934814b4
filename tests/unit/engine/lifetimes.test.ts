import fc from "fast-check";
import { expect, test } from "vitest";
import { sharePlaces } from "../../../src/engine/lifetimes";

test("arrays that follow each other lie in two places, taken in turn", () => {
  // Each is written while the one before is read, as gradients of a chain of layers.
  const chain = Array.from({ length: 6 }, (_, i) => ({ words: 100, from: i, to: i + 1 }));
  expect(sharePlaces(chain)).toEqual([0, 1, 0, 1, 0, 1]);
});

test("of free places the nearest in size is taken", () => {
  const lifetimes = [
    { words: 1000, from: 0, to: 1 },
    { words: 10, from: 0, to: 1 },
    { words: 12, from: 2, to: 3 },
    { words: 900, from: 2, to: 3 },
  ];
  expect(sharePlaces(lifetimes)).toEqual([0, 1, 1, 0]);
});

test("none lies where another is needed, whatever the order", () => {
  const lifetime = fc
    .record({ words: fc.nat(100), from: fc.nat(20), length: fc.nat(8) })
    .map(({ words, from, length }) => ({ words, from, to: from + length }));
  fc.assert(
    fc.property(fc.array(lifetime), (lifetimes) => {
      const places = sharePlaces(lifetimes);
      for (const [i, a] of lifetimes.entries()) {
        for (const [j, b] of lifetimes.entries()) {
          const meet = a.from <= b.to && b.from <= a.to;
          if (i < j && meet) expect(places[i]).not.toBe(places[j]);
        }
      }
    }),
  );
});
