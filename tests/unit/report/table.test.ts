import { describe, expect, it } from "vitest";
import { figureSpreads, spreadOf, spreadText } from "../../../src/report/spread";
import { csv, markdownTable } from "../../../src/report/table";

interface Row {
  readonly name: string;
  readonly value: number | null;
}
const ROWS: Row[] = [
  { name: "a|b", value: 0.1 },
  { name: 'say "hi", you', value: null },
];

describe("markdownTable", () => {
  it("has a heading, the columns' sides, and a line for each row", () => {
    const columns = [
      { title: "name", cell: ({ name }: Row) => name },
      { title: "value", right: true, cell: ({ value }: Row) => value?.toFixed(2) ?? "–" },
    ];
    expect(markdownTable(columns, ROWS).split("\n")).toEqual([
      "| name | value |",
      "|---|---:|",
      "| a\\|b | 0.10 |",
      '| say "hi", you | – |',
    ]);
  });
});

describe("csv", () => {
  it("quotes what has commas, quotes or line ends, and writes numbers in full", () => {
    const text = csv<Row>(
      { name: (row) => row.name, third: () => 1 / 3, value: (row) => row.value },
      [...ROWS, { name: "two\nlines", value: 2 }],
    );
    expect(text).toBe(
      `name,third,value\na|b,${1 / 3},0.1\n"say ""hi"", you",${1 / 3},\n"two\nlines",${1 / 3},2\n`,
    );
  });
});

describe("spreads", () => {
  it("are the mean and the sample standard deviation", () => {
    expect(spreadOf([1, 2, 6])).toEqual({ mean: 3, deviation: Math.sqrt(7) });
    expect(spreadOf([0.5])).toEqual({ mean: 0.5, deviation: null });
    expect(() => spreadOf([])).toThrow(RangeError);
  });

  it("are told with as many digits on both sides, or alone", () => {
    expect(spreadText(spreadOf([0.9168, 0.9172]), 4)).toBe("0.9170 ± 0.0003");
    expect(spreadText(spreadOf([0.9168]), 3)).toBe("0.917");
  });

  it("are taken of each figure apart", () => {
    const quality = { mse: 0.002, psnr: 20, ssim: 0.8, ssimWriteup: 0.9 };
    const { mse, psnr, ssim, ssimWriteup } = figureSpreads([
      quality,
      { mse: 0.004, psnr: 30, ssim: 0.6, ssimWriteup: 0.7 },
    ]);
    expect([mse, psnr, ssim, ssimWriteup].map(({ mean }) => Number(mean.toFixed(4)))).toEqual([
      0.003, 25, 0.7, 0.8,
    ]);
  });
});
