import { describe, expect, it } from "vitest";
import { settle } from "../../../src/cli/recipe";
import { parseConfig } from "../../../src/config/config-schema";
import { traitsOf, withNetsSize } from "../../../src/config/net";
import { configFor, netTitle } from "../../../src/config/recipes";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { PRESETS, presetNet } from "../../../src/nets/presets";
import { netText } from "../../../src/nets/text";
import { readLink, writeLink } from "../../../src/state/link";
import { changeSettings } from "../../../src/state/settings";

const MIRRORED = "conv 32 3 relu > pool 2 > latent 16 relu > mirror";
const WHOLE =
  "conv 32 3 relu > pool 2 > latent 16 relu > dense 6272 relu > shape 14x14x32 > up 2 > " +
  "conv 32 3 relu > conv 1 3 sigmoid";
/** Its code is a stack of maps. */
const MAPS = "conv 2 3 relu /2 > code > up 2 > conv 1 3";

describe("a net of one's own", () => {
  it("is kept as its whole text, with the size of its code beside it", () => {
    const config = parseConfig({ ...configFor("baseline", { latentSize: 16 }), net: MIRRORED });
    expect(config).toMatchObject({ net: WHOLE, latentSize: 16, preset: "baseline" });
    expect(netTitle(config)).toBe("Own net");
  });

  it("is none in settings of earlier versions, which do not mention it", () => {
    const { net: _, ...earlier } = configFor("loom");
    expect(parseConfig(earlier)).toEqual(configFor("loom"));
  });

  it.each([
    [{ net: "conv 8 3" }, /The net's text is no net for images of 28×28×1: The net has no code/],
    [{ net: 7 }, /The net's text must be a line of text/],
    [{ latentSize: 513 }, /The latent size must be a whole number from 1 to 512\./],
    [{ latentSize: 2 ** 21, net: WHOLE }, /The latent size must be a whole number/],
    [{ net: WHOLE, latentSize: 8 }, /The latent size is 8, and the net's code has 16 numbers/],
    [
      { net: MAPS, latentSize: 14 * 14 * 2 },
      /binaryCrossentropy: the net does not end in a sigmoid/,
    ],
    [
      { loss: { categoricalCrossentropy: 1 } },
      /categoricalCrossentropy: the net does not end in a softmax/,
    ],
  ])("refuses %j", (change, message) => {
    expect(() => parseConfig({ ...configFor("baseline"), ...change })).toThrow(message);
  });

  it("may have more numbers in its code than are chosen for a preset", () => {
    const own = changeSettings(
      configFor("baseline"),
      { net: "conv 8 3 /2 > code > up 2 > conv 1 3 sigmoid" },
      FASHION_MNIST,
    );
    expect(own.latentSize).toBe(14 * 14 * 8);
    expect(parseConfig(own)).toEqual(own);
    // A slider's size, which a stack of maps cannot have, is not taken.
    expect(changeSettings(own, { latentSize: 40 }, FASHION_MNIST)).toEqual(own);
  });

  it("takes its size from the form's slider, where its code can have it", () => {
    const own = changeSettings(configFor("baseline"), { net: WHOLE }, FASHION_MNIST);
    expect(own.latentSize).toBe(16);
    const wider = changeSettings(own, { latentSize: 40 }, FASHION_MNIST);
    expect(wider).toMatchObject({ net: WHOLE.replace("16", "40"), latentSize: 40 });
    const maps = changeSettings(configFor("loom"), { net: MAPS }, FASHION_MNIST);
    expect(changeSettings(maps, { latentSize: 40 }, FASHION_MNIST)).toEqual(maps);
    expect(changeSettings(wider, { preset: "loom" }, FASHION_MNIST)).toMatchObject({
      net: null,
      latentSize: 128,
    });
  });

  it("stands in a link, which another size in it changes", () => {
    const config = changeSettings(configFor("modified"), { net: WHOLE }, FASHION_MNIST);
    const link = writeLink(config);
    expect(readLink(link)).toEqual({ config, problems: [] });
    expect(link).not.toContain("latent=");
    expect(readLink(`${link}&latent=9`).config).toMatchObject({
      net: WHOLE.replace("16", "9"),
      latentSize: 9,
    });
    expect(readLink("?net=konv%208").problems[0]).toMatch(
      /net=konv 8 was left out.*no layer "konv"/,
    );
  });

  it("is trained by the baseline's recipe on the command line, by the error that it can have", async () => {
    const own = await settle({ net: MIRRORED }, null);
    expect(own).toEqual({ ...configFor("baseline"), net: WHOLE, latentSize: 16 });
    const maps = await settle({ net: MAPS }, null);
    expect(maps).toMatchObject({ loss: { meanSquaredError: 1 }, latentSize: 14 * 14 * 2 });
    const sized = await settle({ net: MIRRORED, latentSize: 5, preset: "modified" }, null);
    expect(sized).toMatchObject({ latentSize: 5, net: WHOLE.replace("16", "5"), batchSize: 64 });
    await expect(settle({ net: MAPS, latentSize: 5 }, null)).rejects.toThrow(
      /only a dense layer's/,
    );
  });

  it.each(PRESETS)("written out from %s has its traits", (preset) => {
    const config = configFor(preset);
    const net = netText(presetNet(preset, config.latentSize, FASHION_MNIST));
    expect(traitsOf({ ...config, net }, FASHION_MNIST)).toEqual(traitsOf(config, FASHION_MNIST));
    expect(withNetsSize({ ...config, net }, undefined, FASHION_MNIST)).toEqual({ ...config, net });
  });
});
