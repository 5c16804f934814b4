import { afterEach, describe, expect, it, vi } from "vitest";
import { openData } from "../../../src/datasets/formats";
import { inMemory } from "../../../src/datasets/formats/input";
import { decodePicture } from "../../../src/worker/own-data/decode";

/** 6 × 4 pixels: red left, blue right; the lower half is drawn with that alpha. */
async function picture(type: string, alpha = 1): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = new OffscreenCanvas(6, 4);
  const context = canvas.getContext("2d")!;
  for (const [top, opacity] of [
    [0, 1],
    [2, alpha],
  ] as const) {
    context.globalAlpha = opacity;
    context.fillStyle = "#f00";
    context.fillRect(0, top, 3, 2);
    context.fillStyle = "#00f";
    context.fillRect(3, top, 3, 2);
  }
  const blob = await canvas.convertToBlob({ type, quality: 1 });
  return new Uint8Array(await blob.arrayBuffer());
}

/** The same JPEG with an orientation in its head: 6 is on its side. */
function turned(jpeg: Uint8Array<ArrayBuffer>, orientation: number): Uint8Array<ArrayBuffer> {
  const exif = [
    ...[0xff, 0xe1, 0, 34],
    ...[0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8],
    ...[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0],
  ];
  return Uint8Array.from([...jpeg.subarray(0, 2), ...exif, ...jpeg.subarray(2)]);
}

const pixel = ({ rgba, width }: { rgba: ArrayLike<number>; width: number }, x: number, y: number) =>
  Array.from({ length: 4 }, (_, i) => rgba[(y * width + x) * 4 + i]!);

afterEach(() => vi.unstubAllGlobals());

describe("the browser's decoder", () => {
  it.each(["image/png", "image/webp", "image/jpeg"])("reads %s", async (type) => {
    const decoded = await decodePicture(await picture(type));
    expect([decoded.width, decoded.height]).toEqual([6, 4]);
    const [red, , blue] = [pixel(decoded, 1, 1), 0, pixel(decoded, 4, 2)];
    expect(red[0]).toBeGreaterThan(230);
    expect(red[2]).toBeLessThan(30);
    expect(blue[2]).toBeGreaterThan(230);
    expect(decoded.rgba[3]).toBe(255);
  });

  it("keeps colours apart from alpha", async () => {
    const decoded = await decodePicture(await picture("image/png", 0.5));
    expect(pixel(decoded, 0, 0)).toEqual([255, 0, 0, 255]);
    expect(pixel(decoded, 5, 3)).toEqual([0, 0, 255, 128]);
  });

  it("stands photographs upright", async () => {
    const decoded = await decodePicture(turned(await picture("image/jpeg"), 6));
    expect([decoded.width, decoded.height]).toEqual([4, 6]);
    expect(pixel(decoded, 1, 1)[0]).toBeGreaterThan(200);
    expect(pixel(decoded, 1, 4)[2]).toBeGreaterThan(200);
  });

  it("has the first frame of a GIF, and none of what is no picture", async () => {
    const gif = "R0lGODlhAQABAIAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==";
    const bytes = Uint8Array.from(atob(gif), (letter) => letter.charCodeAt(0));
    expect(pixel(await decodePicture(bytes), 0, 0)).toEqual([255, 0, 0, 255]);
    await expect(decodePicture(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1))).rejects.toThrow();
  });

  it("says so where there is no canvas for workers", async () => {
    const png = await picture("image/png");
    const files = Array.from({ length: 64 }, (_, i) => inMemory(`a/${i}.png`, png));
    vi.stubGlobal("OffscreenCanvas", undefined);
    await expect(
      openData({ files, beside: [], choices: {} }, { decode: decodePicture }),
    ).rejects.toThrow(
      /^This browser cannot read pictures beside the page: bring the images as CSV/,
    );
  });
});
