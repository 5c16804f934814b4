import { describe, expect, it } from "vitest";
import type { InferenceClient } from "../../../../src/client/inference";
import { configFor } from "../../../../src/config/recipes";
import { FASHION_MNIST } from "../../../../src/datasets/fashion-mnist";
import { measure } from "../../../../src/ui/views/lessons/measure";
import { strip28 } from "../../image-sets";

/** Answers in turn, and keeps what was asked. */
function inference(answers: readonly unknown[]): {
  client: InferenceClient;
  asked: [string, unknown][];
} {
  const asked: [string, unknown][] = [];
  const rest = [...answers];
  const ask = async (question: string, what: unknown) => {
    asked.push([question, what]);
    const answer = rest.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { client: { ask, dispose() {} } as InferenceClient, asked };
}

const CONFIG = configFor("loom", { latentSize: 32 });
const WEIGHTS = new Float32Array(3);
const { signal } = new AbortController();

describe("measure", () => {
  it("counts dead numbers over the test images, and closes the net", async () => {
    // Of four numbers in two codes, the first and the third are 0 in both.
    const codes = { count: 2, size: 4, codes: Float32Array.of(0, 1, 0, -2, 0, 0, 0, 3) };
    const { client, asked } = inference([{ net: 7 }, codes, null]);
    const found = await measure("dead", CONFIG, WEIGHTS, client, signal);
    expect(found).toEqual({ figures: { dead: 2 } });
    expect(asked).toEqual([
      ["open", { net: { config: CONFIG, shape: FASHION_MNIST, weights: WEIGHTS } }],
      ["encode", { net: 7, images: { part: "test" } }],
      ["close", { net: 7 }],
    ]);
  });

  it("sets bags beside clothes and PCA, and shows six of them", async () => {
    const images = (count: number) => strip28(new Uint8Array(count * 784).fill(count));
    const rebuilt = (count: number, ssimWriteup: number) => ({
      ...strip28(new Uint8Array(count * 784).fill(1)),
      mean: { ssimWriteup },
    });
    const { client, asked } = inference([
      { net: 7 },
      images(9),
      images(4),
      rebuilt(9, 0.4),
      rebuilt(4, 0.9),
      rebuilt(9, 0.3),
      null,
    ]);
    const { figures, pictures } = await measure("bags", CONFIG, WEIGHTS, client, signal);
    expect(figures).toEqual({ bags: 0.4, clothes: 0.9, bagsPca: 0.3 });
    expect(pictures?.count).toBe(6);
    expect(pictures?.originals).toEqual(new Uint8Array(6 * 784).fill(9));
    expect(pictures?.reconstructions).toHaveLength(6 * 784);
    expect(asked.map(([question]) => question).at(-1)).toBe("close");
    expect(asked[1]?.[1]).toMatchObject({ data: { classes: [8], split: "stratified", seed: 1 } });
    expect(asked[5]?.[1]).toMatchObject({ data: CONFIG, kept: 32 });
  });

  it("counts of a hundred whom neighbours tell, by codes and by pixels", async () => {
    const probe = (nearest: number) => ({ points: [{ size: 2, nearest, linear: 0 }] });
    const { client, asked } = inference([{ net: 7 }, probe(0.83), probe(0.97), null]);
    const { figures } = await measure("neighbours", CONFIG, WEIGHTS, client, signal);
    expect(figures.told).toBeCloseTo(83);
    expect(figures.toldPixels).toBeCloseTo(97);
    expect(
      asked.slice(1).map(([question, what]) => [question, (what as { of?: unknown }).of]),
    ).toEqual([
      ["probe", { net: 7 }],
      ["probe", "pixels"],
      ["close", undefined],
    ]);
  });

  it("closes the net where something fails", async () => {
    const { client, asked } = inference([{ net: 7 }, new Error("no images"), null]);
    const attempt = measure("bags", CONFIG, WEIGHTS, client, signal);
    await expect(attempt).rejects.toThrow("no images");
    expect(asked.at(-1)).toEqual(["close", { net: 7 }]);
  });
});
