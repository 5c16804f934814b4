import { describe, expect, it } from "vitest";
import { PRESETS } from "../../../src/nets/presets";
import {
  type Box,
  cellPath,
  latentGrid,
  latentHeight,
  layoutFigure,
  mapGrid,
} from "../../../src/ui/views/train/model/geometry";
import { drawingOf, type NetDrawing } from "../../../src/ui/views/train/model/stages";
import {
  bandThreads,
  decoderHalf,
  encoderHalf,
  skipPaths,
  threadPaths,
} from "../../../src/ui/views/train/model/threads";
import { GREY_28 } from "../image-sets";
import { presetSummary } from "../preset-models";

const drawing = (preset: (typeof PRESETS)[number], latentSize = 128): NetDrawing =>
  drawingOf(presetSummary({ preset, latentSize }));

const stages = ({ stages: list }: NetDrawing["encoder"]) =>
  list.map(({ name, height, maps }) => `${name} ${height}×${maps}`);

describe("what the figure says about a net", () => {
  it.each(PRESETS)("is what the net %s is", (preset) => {
    for (const latentSize of [1, 32, 512]) {
      const summary = presetSummary({ preset, latentSize });
      const { encoder, decoder } = drawingOf(summary);
      expect(encoder.parameters + decoder.parameters).toBe(summary.parameters);
      const byName = new Map(summary.layers.map((layer) => [layer.name, layer]));
      for (const { id, height, width, maps } of [...encoder.stages, ...decoder.stages]) {
        expect(byName.get(id)?.outputShape).toEqual([height, width, maps]);
      }
    }
  });

  it("shows the baseline's stages, with and without its ReLU", () => {
    for (const preset of ["baseline", "baseline-linear"] as const) {
      const { encoder, decoder } = drawing(preset);
      expect(stages(encoder)).toEqual(["Conv 32 28×32", "Max pool 14×32"]);
      expect(stages(decoder)).toEqual(["Dense 14×32", "Upsample 28×32", "Conv 32 28×32"]);
      expect([...encoder.skips, ...decoder.skips]).toEqual([]);
    }
  });

  it("shows the modified net's stages, its normalisations and dropouts within them", () => {
    const { encoder, decoder } = drawing("modified", 256);
    expect(stages(encoder)).toEqual([
      "Conv 32 28×32",
      "Max pool 14×32",
      "Conv 64 14×64",
      "Max pool 7×64",
    ]);
    expect(stages(decoder)).toEqual([
      "Dense 7×64",
      "Upsample 14×64",
      "Conv 64 14×64",
      "Upsample 28×64",
      "Conv 32 28×32",
    ]);
  });

  it.each([
    ["loom", ["Conv 32 14×32", "Conv 64 7×64"], ["Dense 14×16", "Join 24 14×24"]],
    ["nested", ["Conv 32 14×32", "Conv 16 7×16"], ["Dense 14×4", "Join 8 14×8"]],
  ] as const)("shows the straight paths and skips of %s", (preset, encoding, decoding) => {
    const { encoder, decoder } = drawing(preset);
    expect(stages(encoder)).toEqual(encoding);
    expect(encoder.skips).toEqual([{ from: "start", to: "end", name: "one dense layer" }]);
    expect(stages(decoder).slice(0, 3)).toEqual([...decoding, "Conv 32 14×32"]);
    expect(decoder.skips).toContainEqual({ from: "start", to: "end", name: "one dense layer" });
    expect(decoder.skips).toContainEqual({ from: "start", to: 1, name: "one dense layer" });
    expect(decoder.skips).toContainEqual({ from: 2, to: 3, name: "" });
    expect(decoder.skips).toContainEqual({ from: 3, to: 4, name: "" });
  });
});

const WIDTHS = [320, 358, 700, 850, 1056, 1400];

describe.each(PRESETS)("the figure of %s", (preset) => {
  it.each(WIDTHS)("keeps all parts apart and inside %i pixels", (width) => {
    const layout = layoutFigure(width, 128, drawing(preset), GREY_28);
    const { garment, encoder, latent, decoder, reconstruction, error } = layout;
    const boxes: Box[] = [garment, ...encoder, latent, ...decoder, reconstruction, error];
    for (const [i, box] of boxes.entries()) {
      const next = boxes[i + 1];
      if (next) expect(box.x + box.width).toBeLessThan(next.x);
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height).toBeLessThanOrEqual(layout.captionY);
    }
    expect(garment.x).toBe(0);
    expect(error.x + error.width).toBeLessThanOrEqual(width + 1);
    expect(garment.width % 28).toBe(0);
  });

  it("is as high as the others, so that nothing moves when another net is chosen", () => {
    for (const width of WIDTHS) {
      expect(layoutFigure(width, 8, drawing(preset), GREY_28).height).toBe(
        layoutFigure(width, 8, null, GREY_28).height,
      );
    }
  });

  it("has room for its captions on a desktop, and draws every map", () => {
    const layout = layoutFigure(1056, 128, drawing(preset), GREY_28);
    expect(layout.hasStageCaptions).toBe(true);
    const boxes = [...layout.encoder, ...layout.decoder];
    // Dense layers have no maps.
    expect(boxes.length > 4).toBe(preset !== "variational");
    for (const box of boxes) {
      expect(cellPath(box, mapGrid(box), box.stage.maps).match(/M/g)).toHaveLength(box.stage.maps);
    }
  });
});

describe("threads", () => {
  const net = () => drawing("loom");

  it("are one for each row of pixels, and as many above the stages", () => {
    const layout = layoutFigure(1056, 128, net(), GREY_28);
    expect(threadPaths([layout.garment, layout.latent], 28)).toHaveLength(28);
    for (const half of ["encoder", "decoder"] as const) {
      const parts = half === "encoder" ? encoderHalf(layout) : decoderHalf(layout);
      const above = bandThreads(net()[half], parts, layout.band);
      expect(above.map(({ row }) => row)).toEqual(Array.from({ length: 28 }, (_, row) => row));
    }
  });

  it("pass above all stages", () => {
    const layout = layoutFigure(1056, 128, net(), GREY_28);
    const highest = Math.min(...layout.encoder.concat(layout.decoder).map(({ y }) => y));
    expect(layout.band.y + layout.band.height).toBeLessThan(highest);
  });

  it("draw plain skips, and nothing where there is none", () => {
    const layout = layoutFigure(1056, 128, net(), GREY_28);
    const { decoder } = net();
    // Two bows around blocks, and every fourth of 28 threads down to the join.
    expect(skipPaths(decoder, decoderHalf(layout), layout.band)).toHaveLength(2 + 7);
    const plain = drawing("baseline");
    const other = layoutFigure(1056, 128, plain, GREY_28);
    expect(skipPaths(plain.decoder, decoderHalf(other), other.band)).toEqual([]);
    expect(bandThreads(plain.encoder, encoderHalf(other), other.band)).toEqual([]);
  });
});

describe("the latent column", () => {
  it("has as many cells as there are numbers", () => {
    const { latent } = layoutFigure(1056, 128, null, GREY_28);
    for (const size of [1, 2, 100, 128, 512]) {
      expect(cellPath(latent, latentGrid(latent, size), size).match(/M/g)).toHaveLength(size);
    }
  });

  it("grows with its size", () => {
    const heights = [1, 2, 16, 128, 512].map((size) => latentHeight(size, 120));
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    expect(new Set(heights).size).toBe(5);
    expect(heights.at(-1)).toBe(120);
  });
});
