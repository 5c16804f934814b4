import { describe, expect, it } from "vitest";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { alignNets } from "../../../src/nets/align";
import { PRESETS, presetNet } from "../../../src/nets/presets";
import { parseNet } from "../../../src/nets/text";

const net = (text: string) => parseNet(text, FASHION_MNIST);
/** "=1-1" where layers are the same, "≠", "+2" and "-3" for places. */
function marks(before: string, after: string): string {
  return alignNets(net(before), net(after))
    .map(({ mark, before, after }) => {
      if (mark === "added") return `+${after}`;
      if (mark === "removed") return `-${before}`;
      return `${mark === "same" ? "=" : "≠"}${before}:${after}`;
    })
    .join(" ");
}

const SHORT = "conv 8 3 relu > pool 2 > latent 16 relu > mirror";

describe("two nets side by side", () => {
  it.each(PRESETS)("%s is itself, layer by layer", (preset) => {
    const own = presetNet(preset, 64, FASHION_MNIST);
    const aligned = alignNets(own, own);
    expect(aligned).toEqual(
      own.layers.map((_, place) => ({ mark: "same", before: place, after: place })),
    );
  });

  it("tell what was added, left out and changed", () => {
    // conv pool flatten latent dense reshape up conv conv
    expect(marks(SHORT, SHORT.replace("8", "12"))).toBe(
      "≠0:0 =1:1 =2:2 =3:3 ≠4:4 ≠5:5 =6:6 ≠7:7 =8:8",
    );
    expect(marks(SHORT, SHORT.replace("> pool", "> norm > pool"))).toBe(
      "=0:0 +1 =1:2 =2:3 =3:4 =4:5 =5:6 =6:7 +8 =7:9 =8:10",
    );
    expect(marks(SHORT.replace("> pool 2 ", ""), SHORT)).toMatch(/^=0:0 \+1 =1:2 =2:3 ≠3:4/);
    expect(marks(SHORT, SHORT.replace("> pool 2 ", ""))).toMatch(/^=0:0 -1 =2:1 =3:2 ≠4:3/);
  });

  it("take of layers alike the first for the one that was there", () => {
    expect(marks(SHORT, `conv 8 3 relu > ${SHORT}`)).toMatch(/^=0:0 \+1 =1:2/);
  });

  it("never mix their halves", () => {
    const none = "conv 8 3 relu > latent 16 relu > dense 784 > shape 28x28x1";
    const moved = "latent 16 relu > dense 6272 > shape 28x28x8 > conv 8 3 relu > conv 1 3";
    // The codes are the third layer of the one, and the second of the other.
    for (const { before, after } of alignNets(net(none), net(moved))) {
      if (before === null || after === null) continue;
      expect(net(none).layers[before]?.kind).toBe(net(moved).layers[after]?.kind);
      expect(Math.sign(before - 2)).toBe(Math.sign(after - 1));
    }
    expect(marks(none, moved)).toMatch(/^-0/);
  });
});
