import { describe, expect, it } from "vitest";
import { createBrought } from "../../../src/state/brought";

const png = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const file = (name: string, bytes: number[] = [], type = "") =>
  new File([Uint8Array.from(bytes)], name, { type });

function opened() {
  const runs: string[] = [];
  const brought = createBrought(async (_, name) => {
    if (name.startsWith("bad")) return false;
    runs.push(name);
    return true;
  });
  return { brought, runs, refused: () => brought.state.getState().refused };
}

describe("what is brought to the page", () => {
  it.each([
    ["a type", file("a", [], "image/tiff")],
    ["PNG", file("a", png)],
    ["JPEG", file("a.txt", [0xff, 0xd8, 0xff, 0xe0], "text/plain")],
    ["GIF", file("a", ascii("GIF89a"))],
    ["WebP, whose length looks like a line's end", file("a", ascii("RIFF\n\r\n\rWEBP"))],
    ["AVIF", file("a", [0, 0, 0, 32, ...ascii("ftypavif")])],
  ])("is a picture by %s", async (_, picture) => {
    const { brought, refused } = opened();
    expect(await brought.bring([picture])).toBe("picture");
    expect(refused()).toEqual([]);
    expect(brought.takePicture()).toBe(picture);
    expect(brought.takePicture()).toBeNull();
  });

  it.each([
    file("a.csv", ascii("label,pixel1"), "text/csv"),
    file("a.npz", ascii("PK\x03\x04")),
    file("t10k-images-idx3-ubyte", [0, 0, 8, 3]),
    file("film.mp4", [0, 0, 0, 32, ...ascii("ftypisom")], "video/mp4"),
    file("empty"),
  ])("is nothing that is taken: $name", async (other) => {
    const { brought, refused } = opened();
    expect(await brought.bring([other])).toBeNull();
    expect(refused()).toEqual([other.name]);
    expect(brought.takePicture()).toBeNull();
    brought.dismissRefused();
    expect(refused()).toEqual([]);
  });

  it("is a folder, which cannot be read", async () => {
    const { brought, refused } = opened();
    const folder = file("photos");
    folder.slice = () => {
      throw new DOMException("It is a directory.", "NotReadableError");
    };
    expect(await brought.bring([folder])).toBeNull();
    expect(refused()).toEqual(["photos"]);
  });

  it("is sorted out: all runs, the first picture, and the rest by name", async () => {
    const { brought, runs, refused } = opened();
    const files = [file("a.loom"), file("b.csv"), file("c", png), file("bad.zip"), file("d", png)];
    expect(await brought.bring(files)).toBe("picture");
    expect(runs).toEqual(["a.loom"]);
    expect(refused()).toEqual(["b.csv", "d"]);
    expect(brought.takePicture()?.name).toBe("c");
    // A run that is none is told of by whoever reads it.
    expect(await brought.bring([file("bad.loom")])).toBeNull();
    expect(await brought.bring([file("a.loom"), file("bad.loom")])).toBe("runs");
    expect(refused()).toEqual([]);
  });
});
