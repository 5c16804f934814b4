import { describe, expect, it } from "vitest";
import type { BroughtFile, BroughtFrom } from "../../../src/protocol/own-data";
import { createBrought, filesInWords } from "../../../src/state/brought";

const png = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const file = (path: string, bytes: number[] = [], type = ""): BroughtFile => ({
  path,
  file: new Blob([Uint8Array.from(bytes)], { type }),
});

function opened() {
  const runs: string[] = [];
  const data: { from: BroughtFrom; what: string }[] = [];
  const models: string[] = [];
  const brought = createBrought(
    async (_, name) => {
      if (name.startsWith("bad")) return false;
      runs.push(name);
      return true;
    },
    (from, what) => data.push({ from, what }),
    async (files) => {
      models.push(filesInWords(files));
    },
  );
  return { brought, runs, data, models };
}

describe("what is brought to the page", () => {
  it.each([
    ["a type", file("a", [], "image/tiff")],
    ["PNG", file("a", png)],
    ["JPEG", file("a.txt", [0xff, 0xd8, 0xff, 0xe0], "text/plain")],
    ["GIF", file("a", ascii("GIF89a"))],
    ["WebP, whose length looks like a line's end", file("a", ascii("RIFF\n\r\n\rWEBP"))],
    ["AVIF", file("a", [0, 0, 0, 32, ...ascii("ftypavif")])],
  ])("is a picture by %s, where it comes alone", async (_, picture) => {
    const { brought, data } = opened();
    expect(await brought.bring([picture])).toBe("picture");
    expect(data).toEqual([]);
    expect(brought.takePicture()).toBe(picture.file);
    expect(brought.takePicture()).toBeNull();
  });

  it("is a model of Keras by its name, halves together", async () => {
    const { brought, data, models } = opened();
    const halves = [file("encoder.keras"), file("decoder.H5")];
    expect(await brought.bring(halves)).toBe("model");
    expect(models).toEqual(["encoder.keras and 1 more"]);
    expect(data).toEqual([]);
  });

  it.each([
    file("a.csv", ascii("label,pixel1"), "text/csv"),
    file("a.npz", ascii("PK\x03\x04")),
    file("t10k-images-idx3-ubyte", [0, 0, 8, 3]),
    file("film.mp4", [0, 0, 0, 32, ...ascii("ftypisom")], "video/mp4"),
    file("images.zip", ascii("PK\x03\x04 cats/1.png")),
    file("empty"),
  ])("is looked at as a data set: $path", async (other) => {
    const { brought, runs, data } = opened();
    expect(await brought.bring([other])).toBe("data");
    expect(data).toEqual([{ from: { files: [other] }, what: other.path }]);
    expect(runs).toEqual([]);
    expect(brought.takePicture()).toBeNull();
  });

  it("is sorted out: runs by their ending or what is in them, and the rest a data set", async () => {
    const { brought, runs, data } = opened();
    const zip = file("b.zip", ascii("PK\x03\x04 run.json PK"));
    const pictures = [file("c", png), file("d", png)];
    expect(await brought.bring([file("a.loom"), zip, ...pictures])).toBe("data");
    expect(runs).toEqual(["a.loom", "b.zip"]);
    expect(data).toEqual([{ from: { files: pictures }, what: "c and 1 more" }]);
    // A run that is none is told of by whoever reads it.
    expect(await brought.bring([file("bad.loom")])).toBeNull();
    expect(await brought.bring([file("a.loom"), file("bad.loom")])).toBe("runs");
    expect(await brought.bring([])).toBeNull();
  });

  it("is called by its folder where it has one", () => {
    expect(filesInWords([file("cats/1.png"), file("cats/more/2.png")])).toBe("the folder cats");
    expect(filesInWords([file("cats/1.png"), file("dogs/2.png")])).toBe("cats/1.png and 1 more");
    expect(filesInWords([])).toBe("");
  });
});
