import { expect, it } from "vitest";
import { pickImages, sizeOf, toBytes } from "../../../src/math/image-set";

it("counts the numbers of an image", () => {
  expect(sizeOf({ height: 3, width: 5, channels: 2 })).toBe(30);
});

it("picks images of any shape in the order asked for", () => {
  const shape = { height: 2, width: 1, channels: 3 };
  const images = Uint8Array.from({ length: 3 * 6 }, (_, i) => i);
  expect([...pickImages({ shape, images }, Uint32Array.of(2, 0))]).toEqual([
    12, 13, 14, 15, 16, 17, 0, 1, 2, 3, 4, 5,
  ]);
});

it("rounds to bytes within 0 and 255", () => {
  expect([...toBytes(Float32Array.of(-0.2, 0.1, 0.5, 1.3))]).toEqual([0, 26, 128, 255]);
});
