/** What is kept of many files before one is read. */

import { expect, it } from "vitest";
import { inMemory } from "../../../../src/datasets/formats/input";
import { unpacked } from "../../../../src/datasets/formats/unpack";

it("keeps little of each of many files: 512 bytes of a picture, and no more behind them", async () => {
  const png = new Uint8Array(20_000);
  png.set([0x89, 0x50, 0x4e, 0x47]);
  const table = new TextEncoder().encode("1,2,3\n".repeat(4000));
  const noise = Uint8Array.from({ length: 20_000 }, (_, i) => (i * 7) % 251);
  const files = [inMemory("a.png", png), inMemory("b.csv", table), inMemory("c.bin", noise)];
  const found = await unpacked(files);
  expect(found.map(({ kind, head }) => [kind, head.buffer.byteLength])).toEqual([
    ["picture", 512],
    ["text", 512],
    ["other", 4096],
  ]);
});
