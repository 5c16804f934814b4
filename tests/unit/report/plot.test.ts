import { describe, expect, it } from "vitest";
import { type Plot, svg, ticksFor } from "../../../src/report/plot";

const PLOT: Plot = {
  title: "a < b & c",
  subtitle: "of <these> images",
  description: "What it shows",
  xLabel: "numbers",
  panels: [
    {
      title: "SSIM",
      scale: "towards one",
      series: [
        {
          name: "net",
          mark: "net",
          points: [
            [4, 0.9],
            [16, 0.99],
          ],
        },
        { name: "PCA", mark: "pca", points: [[4, 0.8]] },
        { name: "JPEG", mark: "jpeg", points: [] },
        { name: "published", mark: "published", points: [[8, 0.913]] },
      ],
    },
    {
      title: "MSE",
      scale: "factors",
      series: [
        {
          name: "net",
          mark: "net",
          points: [
            [4, 0.02],
            [16, 0.005],
          ],
        },
      ],
    },
  ],
};

/** Texts of the plot, without the style. */
const textsOf = (file: string) =>
  [...file.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((m) => m[1]);
const numbersOf = (text: string) => [...text.matchAll(/-?\d+(\.\d+)?/g)].map(([n]) => Number(n));

describe("svg", () => {
  const file = svg(PLOT);

  it("is told in words, with what XML needs escaped", () => {
    expect(file).toContain('<title id="title">a &lt; b &amp; c</title>');
    expect(file).toContain('<desc id="description">What it shows</desc>');
    expect(textsOf(file)).toContain("of &lt;these&gt; images");
    expect(file.match(/<(svg|g|style|title|desc)\b/g)).toHaveLength(
      file.match(/<\/(svg|g|style|title|desc)>/g)!.length,
    );
  });

  it("labels both axes of each panel: sizes in powers of two, the same in all", () => {
    const texts = textsOf(file);
    for (const size of ["4", "8", "16"]) {
      expect(texts.filter((text) => text === size)).toHaveLength(2);
    }
    expect(texts).toEqual(expect.arrayContaining(["0.8", "0.9", "0.95", "0.98", "0.99"]));
    expect(texts).toEqual(expect.arrayContaining(["0.005", "0.01", "0.02"]));
    expect(texts.filter((text) => text === "numbers")).toHaveLength(2);
    expect(texts.filter((text) => text === "net")).toHaveLength(1);
  });

  it("has equal steps for equal factors, of the size and of what SSIM lacks to 1", () => {
    const curve = /<path class="curve net"[^>]* d="(M[^"h]*L[^"]*)"/.exec(file)![1]!;
    const [x1, y1, x2, y2] = numbersOf(curve) as [number, number, number, number];
    const published = /<path d="M([\d.]+) ([\d.]+)l8 8m0 -8l-8 8"/g;
    const [, cross] = [...file.matchAll(published)].map((m) => [
      Number(m[1]) + 4,
      Number(m[2]) + 4,
    ]);
    // 8 numbers lie half-way between 4 and 16; the cross in the legend comes first.
    expect(cross![0]).toBeCloseTo((x1 + x2) / 2, 1);
    const share = Math.log10(0.1 / (1 - 0.913)) / Math.log10(0.1 / 0.01);
    expect(cross![1]).toBeCloseTo(y1 + share * (y2 - y1), 1);
  });

  it("takes the page's colours, and others on dark pages", () => {
    const dark = file.slice(file.indexOf("prefers-color-scheme: dark"));
    for (const name of ["paper", "ink", "soft", "line", "net", "pca", "jpeg", "published"]) {
      const colour = new RegExp(`--${name}: (#[0-9a-f]{6})`);
      expect(colour.exec(dark)![1]).not.toBe(colour.exec(file)![1]);
    }
    // No other colour is written anywhere.
    expect(file.slice(file.indexOf("</style>"))).not.toMatch(/#[0-9a-f]{3}/);
  });

  it("draws a deviation as a bar around its point, inside the axis", () => {
    const points = [[4, 0.9, 0.05] as const, [16, 0.95] as const];
    const series = [{ name: "net", mark: "net" as const, points }];
    const one = svg({ ...PLOT, panels: [{ title: "SSIM", scale: "towards one", series }] });
    const bars = [...one.matchAll(/<path stroke="var\(--net\)" d="M([\d.]+) ([\d.]+)V([\d.]+)"/g)];
    expect(bars).toHaveLength(1);
    const [x, low, high] = bars[0]!.slice(1).map(Number) as [number, number, number];
    const curve = /<path class="curve net"[^>]* d="(M[^"h]*L[^"]*)"/.exec(one)![1]!;
    const [x1, y1] = numbersOf(curve) as [number, number];
    expect(x).toBe(x1);
    expect(low).toBeGreaterThan(y1);
    expect(high).toBeLessThan(y1);
    expect(textsOf(one)).toEqual(expect.arrayContaining(["0.8", "0.95"]));
  });

  it("draws a single point without a line", () => {
    const series = [{ name: "net", mark: "net" as const, points: [[128, 0.9]] as const }];
    const one = svg({ ...PLOT, panels: [{ title: "SSIM", scale: "towards one", series }] });
    expect(one).not.toMatch(/NaN|Infinity/);
    expect(textsOf(one)).toEqual(expect.arrayContaining(["128", "256"]));
    expect(one).not.toMatch(/<path class="curve net"[^>]* d="M[^"h]*L/);
  });
});

describe("ticksFor", () => {
  it.each([
    [[0.0012, 0.018], "factors", [0.001, 0.002, 0.005, 0.01, 0.02]],
    [[0.005], "factors", [0.005, 0.01]],
    [[0.62, 0.97], "towards one", [0.5, 0.8, 0.9, 0.95, 0.98]],
    [[-0.1, 0.3], "towards one", [-1, 0, 0.5]],
    [[0.99995], "towards one", [0.999, 0.9999]],
  ] as const)("around %j by %s", (values, scale, ticks) => {
    expect(ticksFor(values, scale)).toEqual(ticks);
  });
});
