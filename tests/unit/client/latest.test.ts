import { expect, it } from "vitest";
import { createLatest } from "../../../src/client/latest";

/** Questions whose answers come when they are told to. */
function questions() {
  const asked: number[] = [];
  const answers = new Map<number, { give(): void; fail(): void }>();
  const ask = (value: number) => () => {
    asked.push(value);
    return new Promise<number>((resolve, reject) => {
      answers.set(value, { give: () => resolve(value), fail: () => reject(new Error("no")) });
    });
  };
  return { asked, answers, ask };
}

it("asks the first and the newest, and drops those between", async () => {
  const { asked, answers, ask } = questions();
  const latest = createLatest();
  const all = [1, 2, 3].map((value) => latest(ask(value)));
  expect(await all[1]).toBeNull();
  expect(asked).toEqual([1]);
  answers.get(1)!.give();
  expect(await all[0]).toBe(1);
  expect(asked).toEqual([1, 3]);
  answers.get(3)!.give();
  expect(await all[2]).toBe(3);
  const again = latest(ask(4));
  answers.get(4)!.give();
  expect(await again).toBe(4);
});

it("goes on after a failure", async () => {
  const { answers, ask } = questions();
  const latest = createLatest();
  const [first, second] = [latest(ask(1)), latest(ask(2))];
  answers.get(1)!.fail();
  await expect(first).rejects.toThrow("no");
  answers.get(2)!.give();
  expect(await second).toBe(2);
});
