import { afterEach, describe, expect, it } from "vitest";
import { createOwnDataWorker } from "../../../src/client/worker";
import type { OwnData } from "../../../src/datasets/own-data";
import type { BroughtFile, OwnDataQuestions } from "../../../src/protocol/own-data";
import { createRpcClient, type RpcClient } from "../../../src/protocol/rpc-client";
import { openOwnData } from "../../../src/storage/own-data";

const PIXELS = 64;

/** 96 images of 8 × 8 pixels in two classes, as CSV. */
function table(): BroughtFile {
  const rows = Array.from({ length: 96 }, (_, i) =>
    [i % 2, ...Array.from({ length: PIXELS }, (_, at) => (i * 5 + at * 3) % 256)].join(),
  );
  return { path: "table.csv", file: new Blob([rows.join("\n")]) };
}

/** 64 coloured PNGs in two folders. */
async function pictures(): Promise<BroughtFile[]> {
  const canvas = new OffscreenCanvas(12, 12);
  const context = canvas.getContext("2d")!;
  const files: BroughtFile[] = [];
  for (let i = 0; i < 64; i++) {
    context.fillStyle = `rgb(${i * 3} 40 ${255 - i})`;
    context.fillRect(0, 0, 12, 12);
    files.push({
      path: `set/${i % 2 ? "odd" : "even"}/${i}.png`,
      file: await canvas.convertToBlob(),
    });
  }
  return files;
}

const clients: RpcClient<OwnDataQuestions>[] = [];
const connect = (files: readonly BroughtFile[]): RpcClient<OwnDataQuestions> => {
  const client = createRpcClient<OwnDataQuestions>({
    name: "The worker",
    start: createOwnDataWorker,
    toError: ({ words }) => new Error(words),
    first: { question: "bring", ask: { files } },
  });
  clients.push(client);
  return client;
};

afterEach(async () => {
  const database = openOwnData();
  for (const { spec } of await database.list()) await database.remove(spec.id);
  await database.purge(Number.POSITIVE_INFINITY);
  database.close();
  for (const client of clients.splice(0)) client.end(new Error("It is over."));
});

const keep = (client: RpcClient<OwnDataQuestions>, isCamera = false): Promise<OwnData> =>
  client.ask("keep", { choices: {}, title: "Own", isCamera, from: "a test" });

describe("the worker for data sets, in a browser", () => {
  it("proposes and keeps a table; the database has it for other threads", async () => {
    const client = connect([table()]);
    const proposal = await client.ask("propose", { choices: {} });
    expect(proposal).toMatchObject({
      format: "csv",
      images: 96,
      shape: { height: 8, channels: 1 },
    });
    const kept = await keep(client);
    expect(kept).toMatchObject({ counts: [48, 48], bytes: 96 * PIXELS });
    expect(kept.spec).not.toHaveProperty("isCamera");
    const database = openOwnData();
    const read = await database.read(kept.spec.id, [1]);
    database.close();
    expect(read?.dataset.count).toBe(48);
    expect([...read!.dataset.images.subarray(0, 3)]).toEqual([5, 8, 11]);
  });

  it("decodes a folder of pictures", async () => {
    const client = connect(await pictures());
    const { spec, counts } = await keep(client, true);
    expect(spec).toMatchObject({
      isCamera: true,
      height: 12,
      channels: 3,
      classNames: ["even", "odd"],
    });
    expect(counts).toEqual([32, 32]);
    const strip = await client.ask("images", { id: spec.id, classId: 1, from: 0, count: 1 });
    expect([...strip.pixels.subarray(0, 3)]).toEqual([3, 40, 254]);
    expect(strip.all).toBe(32);
  });

  it("leaves nothing where it is ended in the middle", async () => {
    const client = connect([table()]);
    await client.ask("propose", { choices: {} });
    const keeping = keep(client);
    client.end(new Error("It is taken back."));
    await expect(keeping).rejects.toThrow("It is taken back.");
    const other = connect([]);
    expect(await other.ask("list", null)).toEqual([]);
  });

  it("answers what cannot be read with a sentence", async () => {
    const page = { path: "data.npz", file: new Blob(["<!doctype html><title>Log in</title>"]) };
    await expect(connect([page]).ask("propose", { choices: {} })).rejects.toThrow(
      /^data\.npz is a web page \(HTML\)/,
    );
  });
});
