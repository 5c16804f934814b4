import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../../src/config/config";
import { parseConfig } from "../../../src/config/config-schema";
import { configFor } from "../../../src/config/recipes";
import { catalogueWith } from "../../../src/datasets/catalogue";
import { FASHION_MNIST } from "../../../src/datasets/fashion-mnist";
import { PRESETS } from "../../../src/nets/presets";
import { keepOthers, linkedData, readLink, withoutData, writeLink } from "../../../src/state/link";
import { GREY_16 } from "../image-sets";

describe("writeLink", () => {
  it("is empty for the defaults, and names a preset alone for its recipe", () => {
    expect(writeLink(DEFAULT_CONFIG)).toBe("");
    expect(writeLink(configFor("loom"))).toBe("?v=1&preset=loom");
  });

  it("has what differs from the recipe, and nothing else", () => {
    const config = configFor("loom", { latentSize: 64, seed: 3, flips: false, patience: 5 });
    expect(writeLink(config)).toBe("?v=1&preset=loom&latent=64&seed=3&flips=off&patience=5");
  });
});

const config = fc
  .record({
    preset: fc.constantFrom(...PRESETS),
    latentSize: fc.integer({ min: 1, max: 512 }),
    classes: fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 1 }),
    split: fc.constantFrom("stratified", "writeup"),
    seed: fc.integer({ min: 0, max: 4294967295 }),
    epochs: fc.integer({ min: 1, max: 1000 }),
    loss: fc.constantFrom({ meanSquaredError: 1 }, { ssimUniform: 0.25, meanAbsoluteError: 3 }),
    learningRate: fc.double({ min: 1e-6, max: 1, noNaN: true }),
    warmup: fc.double({ min: 0, max: 0.5, noNaN: true }),
    clipNorm: fc.option(fc.double({ min: 0.001, max: 1000, noNaN: true })),
    flips: fc.boolean(),
    patience: fc.option(fc.integer({ min: 1, max: 1000 })),
    restoreBest: fc.boolean(),
    threads: fc.option(fc.integer({ min: 1, max: 64 })),
  })
  .map(({ preset, ...overrides }) =>
    configFor(preset, overrides as Partial<typeof DEFAULT_CONFIG>),
  );

describe("readLink", () => {
  it("reads every setting back to the bit", () => {
    fc.assert(
      fc.property(config, (settings) => {
        expect(readLink(writeLink(settings))).toEqual({ config: settings, problems: [] });
      }),
    );
  });

  it("takes any text without throwing, and always ends in settings that can be trained", () => {
    const key = fc.constantFrom("v", "preset", "latent", "classes", "loss", "flips", "lr", "x");
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.string())), (pairs) => {
        const { config: read } = readLink(`?${new URLSearchParams(pairs)}`);
        expect(readLink(writeLink(read)).config).toEqual(read);
      }),
    );
  });

  it("leaves out what is not allowed, one by one, and says what is", () => {
    const link = "?v=1&preset=loom&latent=9999&seed=&flips=maybe&epochs=3&classes=1,0&colour=red";
    const { config: read, problems } = readLink(link);
    expect(read).toEqual(configFor("loom", { epochs: 3 }));
    expect(problems).toEqual([
      "colour is not a setting of this page, and was left out.",
      "latent=9999 was left out. The latent size must be a whole number from 1 to 512.",
      "classes=1,0 was left out. The classes must be different numbers from 0 to 9, ascending, at least one.",
      "seed= was left out. The seed must be a whole number from 0 to 4294967295.",
      "flips=maybe was left out. It must be on or off.",
    ]);
  });

  it.each(["latent=0x10", "latent=0b11", "latent=1e2", "seed=1e3", "epochs=12,5", "epochs=12.0"])(
    "takes no other form of a whole number: %s",
    (part) => {
      const { config: read, problems } = readLink(`?v=1&${part}`);
      expect(read).toEqual(DEFAULT_CONFIG);
      expect(problems).toEqual([
        expect.stringMatching(/ was left out\. .+ must be a whole number from /),
      ]);
      expect(problems[0]).toContain(part);
    },
  );

  it.each(["lr=0x1", "beta2=0b0", "clip-norm=0x10", "warmup=Infinity"])(
    "takes no other form of a number: %s",
    (part) => {
      const { config: read, problems } = readLink(`?v=1&${part}`);
      expect(read).toEqual(DEFAULT_CONFIG);
      expect(problems).toEqual([expect.stringMatching(/ must be a number from /)]);
    },
  );

  it("takes ids of classes as digits alone", () => {
    expect(readLink("?classes=0x1").problems).toHaveLength(1);
    expect(readLink("?classes=1e0").config.classes).toEqual(DEFAULT_CONFIG.classes);
  });

  it("takes a decimal comma", () => {
    expect(readLink("?v=1&lr=0,002&warmup=0%2C1")).toMatchObject({
      config: { learningRate: 0.002, warmup: 0.1 },
      problems: [],
    });
  });

  it("names a few of many unknown settings, and counts the others", () => {
    const keys = (count: number) => Array.from({ length: count }, (_, i) => `k${i}=1`).join("&");
    expect(readLink(`?${keys(2)}`).problems).toEqual([
      "k0 and k1 are not settings of this page, and were left out.",
    ]);
    expect(readLink(`?${keys(4)}`).problems).toEqual([
      "k0, k1, k2 and 1 other are not settings of this page, and were left out.",
    ]);
    expect(readLink(`?${keys(1000)}&latent=8`)).toEqual({
      config: configFor("baseline", { latentSize: 8 }),
      problems: ["k0, k1, k2 and 997 others are not settings of this page, and were left out."],
    });
  });

  it("does not give a net a loss that it cannot have", () => {
    const { config: read, problems } = readLink("?preset=loom&loss=bce");
    expect(read).toEqual(configFor("loom"));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^loss=bce was left out\. .*does not end in a sigmoid/);
  });

  it("says where a link is of another version, and reads it all the same", () => {
    const { config: read, problems } = readLink("?v=2&latent=8");
    expect(read.latentSize).toBe(8);
    expect(problems).toEqual([expect.stringMatching(/^v=2 is not a version/)]);
  });

  it("leaves the lesson and the hidden controls to those whom they concern", () => {
    expect(readLink("?lesson=relu&hide=recipe,device&latent=8").problems).toEqual([]);
  });
});

describe("keepOthers", () => {
  it("carries the lesson and the hidden controls over to new settings", () => {
    const old = "?v=1&latent=8&lesson=relu&hide=recipe,device&colour=red";
    expect(keepOthers("?v=1&seed=3", old)).toBe("?v=1&seed=3&lesson=relu&hide=recipe,device");
    expect(keepOthers("", "?lesson=a%26b")).toBe("?lesson=a%26b");
    expect(keepOthers("?v=1&seed=3", "?latent=8")).toBe("?v=1&seed=3");
  });
});

describe("a link's data set", () => {
  const OWN = "conv 4 3 relu /2 > latent 6 > mirror";
  const signs = parseConfig(
    { ...DEFAULT_CONFIG, data: GREY_16.id, classes: [0, 2], net: OWN, latentSize: 6 },
    catalogueWith(GREY_16),
  );

  it("is Fashion-MNIST where it is not said, as before there were others", () => {
    expect(readLink("?v=1&preset=loom&classes=0,9").config.data).toBe("fashion-mnist");
    expect(writeLink(configFor("loom"))).not.toContain("data=");
  });

  it("decides which net and which classes it may name", () => {
    const link = writeLink(signs);
    expect(link).toContain("data=signs-grey");
    expect(readLink(link, catalogueWith(GREY_16))).toEqual({ config: signs, problems: [] });
    expect(readLink("?data=signs-grey&classes=3", catalogueWith(GREY_16)).problems).toEqual([
      "classes=3 was left out. A class must be a whole number from 0 to 2.",
    ]);
  });

  it("is named where it is not loaded, and Fashion-MNIST stands in for it", () => {
    const { config, problems } = readLink(writeLink(signs));
    expect(problems[0]).toBe(
      "It is of the data set signs-grey, which is not in this browser: bring its files (drop them on " +
        "the page), and the page goes on from this link. Until then what else it says is shown for " +
        "Fashion-MNIST.",
    );
    expect(config).toMatchObject({ data: "fashion-mnist", classes: [0, 2], net: null });
    expect(problems[1]).toMatch(/^net=.* no net for images of 28×28×1/);
    expect(readLink("?data=../x").problems[0]).toMatch(/letters, digits, _ and - only/);
  });

  it("is called by its name and shape where somebody brought it", () => {
    const link = writeLink(signs, GREY_16);
    expect(readLink(link, catalogueWith(GREY_16))).toEqual({ config: signs, problems: [] });
    expect(readLink(link).problems[0]).toMatch(
      /^It is of the data set “Grey signs, 16 × 16 × 1”, /,
    );
    expect(writeLink(signs, FASHION_MNIST)).not.toContain("of=");
    expect(writeLink(DEFAULT_CONFIG, FASHION_MNIST)).toBe("");
  });

  it("is an id, an address, or one that comes with the page", () => {
    expect(linkedData("?data=0123abcd&seed=3")).toEqual({ id: "0123abcd" });
    expect(linkedData("?data=https://example.org/d.npz")).toEqual({
      address: "https://example.org/d.npz",
    });
    expect([linkedData("?data=fashion-mnist"), linkedData("?seed=3")]).toEqual([null, null]);
    expect(readLink(withoutData("?data=https://example.org/d.npz&seed=3"))).toMatchObject({
      config: { seed: 3 },
      problems: [],
    });
  });
});
