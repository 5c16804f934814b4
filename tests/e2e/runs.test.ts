/** Kept runs on the real data: a tab that dies, two tabs, a full disk, and files good and bad. */

import { readFile } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  button,
  closePages,
  launchBrowser,
  openPage,
  ready,
  type Served,
  serveApp,
  shownNumber,
} from "./app";

const LIMIT = 240_000;
/** Trousers alone through four numbers, 22 steps an epoch. */
const LINK = "?v=1&preset=baseline-linear&latent=4&classes=1&seed=5&epochs=2&batch=256";
const STEPS = 22;
/** For tabs that train nothing: one garment is sooner there. */
const FEW = "?v=1&classes=1";

let browser: Browser;
let app: Served;
let context: BrowserContext;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [browser, app] = await Promise.all([launchBrowser(), serveApp({ data: "all" })]);
  ({ page, errors } = await openPage(browser, app.address + LINK));
  context = page.context();
});
afterAll(async () => {
  await closePages(browser);
  await app?.close();
});

/** Another tab of the same browser: it has the same runs. */
async function openTab(address: string): Promise<Page> {
  const tab = await context.newPage();
  tab.on("pageerror", (error) => errors.push(String(error)));
  await tab.goto(address);
  return tab;
}

const step = () => shownNumber(page, "step");
const beyond = (least: number) =>
  expect.poll(step, { timeout: LIMIT, interval: 50 }).toBeGreaterThan(least);
const results = () => page.getByTestId("test-results");
const finished = () => results().waitFor();
const figures = () => results().locator("td").allInnerTexts();
const train = async () => {
  await ready(page);
  await button(page, "Train").click();
};
const openView = (tab: Page, name: string) =>
  tab.evaluate((hash) => {
    location.hash = hash;
  }, name);

/** Names and states of the runs in the list, as a tab shows them. */
const listed = (tab: Page) =>
  tab
    .getByTestId("run")
    .evaluateAll((rows) =>
      rows.map((row) => `${row.getAttribute("data-run")} ${row.getAttribute("data-status")}`),
    );
const notice = (tab: Page) => tab.locator('[data-code="storage"]');

/** Everything of a run that the database holds beside its name and times, as one digest a part. */
const stored = (tab: Page, id: string) =>
  tab.evaluate(async (run) => {
    const asked = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await asked(indexedDB.open("latent-loom"));
    const digest = async (parts: readonly Float32Array[]) => {
      const bytes = await new Blob(parts as Float32Array<ArrayBuffer>[]).arrayBuffer();
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      return `${bytes.byteLength}: ${hash.join(" ")}`;
    };
    const all = (name: string, kind: string) =>
      asked(
        database
          .transaction(name)
          .objectStore(name)
          .getAll(IDBKeyRange.bound([run, kind], [run, kind, []])),
      );
    const record = await asked(database.transaction("runs").objectStore("runs").get(run));
    const parts = {
      losses: await digest([record.losses]),
      last: await digest(await all("weights", "last")),
      best: await digest(await all("weights", "best")),
      m: await digest(await all("optimizers", "m")),
      v: await digest(await all("optimizers", "v")),
      test: await digest(Object.values(record.test) as Float32Array[]),
    };
    database.close();
    return parts;
  }, id);

describe("a run that another tab trains", () => {
  it(
    "is named there, offered by neither, and ends the same in both lists",
    async () => {
      const other = await openTab(`${app.address}${FEW}#runs`);
      await train();
      await beyond(0);
      await expect.poll(() => listed(other)).toEqual([expect.stringMatching(/ running$/)]);
      // A tab may take longer to open than the run to its end.
      await button(page, "Pause").click();
      await expect.poll(() => listed(other)).toEqual([expect.stringMatching(/ paused$/)]);
      await other.reload();
      await expect.poll(() => listed(other)).toEqual([expect.stringMatching(/ paused$/)]);
      expect(await other.getByTestId("run").innerText()).toContain("in another tab");
      expect(await other.getByTestId("resume-notice").count()).toBe(0);
      await button(page, "Resume").click();
      await finished();
      await expect.poll(() => listed(other)).toEqual([expect.stringMatching(/ finished$/)]);
      await openView(page, "runs");
      await expect.poll(() => listed(page)).toEqual(await listed(other));
      expect(await page.getByTestId("storage").innerText()).toMatch(/stored in .*, room for \d/);
      await openView(page, "train");
      await other.close();
      expect(errors).toEqual([]);
    },
    LIMIT,
  );
});

describe("a tab that dies in mid-training", () => {
  it(
    "loses next to nothing, and the resumed run is the same to the bit",
    async () => {
      const whole = await figures();
      await train();
      await beyond(STEPS + 2);
      // The checkpoint is being written while the next steps are taken.
      await expect.poll(() => stepsStored(page)).toContain(STEPS);
      const crashed = page.waitForEvent("crash");
      const session = await context.newCDPSession(page);
      session.send("Page.crash").catch(() => {});
      await crashed;
      await page.close();

      page = await openTab(app.address + LINK);
      const resume = button(page, "Resume run");
      await resume.waitFor();
      expect(await page.getByTestId("resume-notice").innerText()).toMatch(
        /left (after epoch 1|in epoch 2) of 2/,
      );
      await resume.click();
      await expect.poll(step).toBeGreaterThanOrEqual(STEPS);
      await finished();
      expect(await figures()).toEqual(whole);

      await openView(page, "runs");
      await expect
        .poll(() => listed(page))
        .toEqual([expect.stringMatching(/ finished$/), expect.stringMatching(/ finished$/)]);
      const [second, first] = (await listed(page)).map((row) => row.split(" ")[0]!);
      expect(await stored(page, second!)).toEqual(await stored(page, first!));
      expect(errors).toEqual([]);
    },
    LIMIT,
  );
});

describe("the list of runs", () => {
  const rows = () => page.getByTestId("run");

  it("draws how the validation loss fell, from the top of its little chart to the foot", async () => {
    const line = rows().first().locator("polyline");
    expect(await line.getAttribute("points")).toBe("2,2 90,24");
  });

  it("is put in order, searched and filtered by what people wrote into it", async () => {
    const byAge = await listed(page);
    const oldest = rows().last().getByRole("textbox");
    await oldest.fill("a first one");
    await oldest.press("Enter");
    await button(page, "Star a first one").click();
    await page.getByLabel("starred only").check();
    await expect.poll(() => listed(page)).toEqual(byAge.slice(1));
    await page.getByLabel("starred only").uncheck();
    await page.getByRole("combobox", { name: "Order" }).selectOption("by name");
    await expect.poll(() => listed(page)).toEqual(byAge.toReversed());
    await page.getByRole("combobox", { name: "Order" }).selectOption("newest first");
    await page.getByRole("searchbox").fill("FIRST");
    await expect.poll(() => listed(page)).toEqual(byAge.slice(1));
    await page.getByRole("searchbox").fill("");
    await expect.poll(() => listed(page)).toEqual(byAge);
  });

  it("gives a deleted run back whole", async () => {
    const before = await listed(page);
    const id = before[1]!.split(" ")[0]!;
    const whole = await stored(page, id);
    await button(page, "Delete a first one").click();
    await expect.poll(() => listed(page)).toEqual(before.slice(0, 1));
    await button(page, "Undo").click();
    await expect.poll(() => listed(page)).toEqual(before);
    expect(await stored(page, id)).toEqual(whole);
  });
});

describe("a run file", () => {
  let file: Buffer;
  let name: string;
  const choose = (bytes: Buffer) =>
    page
      .locator('input[type="file"]')
      .setInputFiles({ name: "kept.loom", mimeType: "application/zip", buffer: bytes });

  it("that is damaged is refused with a reason, and nothing changes", async () => {
    const row = page.getByTestId("run").first();
    await row.getByRole("button", { name: /^Export/ }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: /^Run file/ }).click();
    file = await readFile(await (await download).path());
    name = (await download).suggestedFilename();
    expect(name).toMatch(/^[a-z-]+\d*\.loom$/);
    const before = await listed(page);
    const damaged = Buffer.from(file);
    damaged[damaged.length >> 1]! ^= 1;
    await drop(page, damaged);
    await notice(page).waitFor();
    expect(await notice(page).innerText()).toMatch(/kept\.loom is not taken in: .{10}/);
    expect(await listed(page)).toEqual(before);
    await button(page, "Dismiss message").click();
    await choose(Buffer.from("<script>alert(1)</script>"));
    await notice(page).waitFor();
    expect(await notice(page).innerText()).toMatch(/is not taken in: .{10}/);
    await button(page, "Dismiss message").click();
    expect(await listed(page)).toEqual(before);
  });

  it(
    "comes in again, the same to the bit, and trains on",
    async () => {
      const [original] = await listed(page);
      await choose(file);
      await expect.poll(() => listed(page)).toHaveLength(3);
      const added = (await listed(page)).find((row) => row !== original)!;
      expect(added).toMatch(/ finished$/);
      const ids = [original!, added].map((row) => row.split(" ")[0]!);
      const parts = await Promise.all(ids.map((id) => stored(page, id)));
      expect(parts[1]).toEqual(parts[0]);
      await page
        .locator(`[data-run="${ids[1]}"]`)
        .getByRole("button", { name: /^Train on/ })
        .click();
      await button(page, "Train copy").click();
      await openView(page, "train");
      await beyond(2 * STEPS + 2);
      await button(page, "Reset").click();
    },
    LIMIT,
  );

  it("opens by a link", async () => {
    await context.route("**/kept.loom", (route) => route.fulfill({ body: file }));
    const other = await openTab(`${app.address}${FEW}&run=kept.loom`);
    await other.getByTestId("test-results").waitFor();
    await openView(other, "runs");
    await expect.poll(async () => (await listed(other)).length).toBeGreaterThan(3);
    const star = button(other, "Star a first one");
    expect(await star.getAttribute("aria-pressed")).toBe("true");
    await other.goto(`${app.address}${FEW}&run=no-such.loom`);
    await notice(other).waitFor();
    expect(await notice(other).innerText()).toMatch(/not taken in: .* answers with 404/);
    await other.close();
  });
});

describe("a ladder", () => {
  it(
    "leads from a kept run to the form's net, trains what is missing, and says what it brought",
    async () => {
      const size = page.getByRole("spinbutton", { name: "Latent size (number)" });
      await openView(page, "train");
      await size.fill("6");
      await size.press("Enter");
      await openView(page, "runs");
      const oldest = (await listed(page)).at(-1)!.split(" ")[0];
      await openView(page, `runs?ladder=${oldest},form`);
      await page.getByRole("combobox", { name: "Epochs of each net" }).selectOption("2");
      const steps = page.getByTestId("ladder-steps");
      expect(await steps.innerText()).toMatch(/^Baseline, linear code, a first one[\s\S]*latent 6/);
      const effort = page.getByTestId("ladder-effort");
      await expect
        .poll(() => effort.innerText())
        .toMatch(/1 of 2 nets .* About [\d min]+ s of training/);
      await button(page, "Train 1 net").click();
      const progress = page.getByTestId("ladder-progress");
      await expect.poll(() => progress.innerText(), { timeout: LIMIT }).toBe("2 of 2 nets trained");
      const outcome = page.getByTestId("ladder-outcome");
      await expect.poll(() => outcome.innerText()).toMatch(/latent 6( \([+−]0\.\d{4}\))?\.$/);
      expect(await page.getByTestId("ladder-ssim").locator("rect").count()).toBeGreaterThan(2);
      const download = page.waitForEvent("download");
      await button(page, "CSV").click();
      const lines = (await readFile(await (await download).path(), "utf8")).trimEnd().split("\n");
      expect(lines).toHaveLength(3);
      expect(lines[2]).toMatch(/^1,latent 6,5,0\.\d+,/);
      expect(errors).toEqual([]);
    },
    LIMIT,
  );
});

describe("a full disk", () => {
  it(
    "is said, training goes on, and what then finds room is kept",
    async () => {
      const session = await context.newCDPSession(page);
      const origin = new URL(app.address).origin;
      // Long enough to be still training when the disk has room again.
      await page.goto(app.address + LINK.replace("epochs=2", "epochs=200"));
      await ready(page);
      const before = await stepsStored(page);
      await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
      await button(page, "Train").click();
      await notice(page).waitFor();
      expect(await notice(page).innerText()).toMatch(/no room left for runs.*Delete runs/s);
      await beyond((await step()) + 2);
      // Chromium lets a small write through now and then; what was there is there still.
      expect((await stepsStored(page)).slice(0, before.length)).toEqual(before);
      await session.send("Storage.overrideQuotaForOrigin", { origin });
      // A pause is stored at once.
      await button(page, "Pause").click();
      await expect.poll(() => button(page, "Resume").isEnabled()).toBe(true);
      await expect.poll(() => stepsStored(page)).toContain(await step());
      expect(errors).toEqual([]);
    },
    LIMIT,
  );
});

/** The steps up to which runs are stored, in the order of their keys. */
function stepsStored(tab: Page): Promise<readonly number[]> {
  return tab.evaluate(
    () =>
      new Promise<number[]>((resolve, reject) => {
        const opening = indexedDB.open("latent-loom");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const reading = database.transaction("runs").objectStore("runs").getAll();
          reading.onsuccess = () => {
            database.close();
            resolve(reading.result.map(({ progress }) => progress?.step ?? 0));
          };
        };
      }),
  );
}

/** Drops a file on the page, as from a folder's window. */
function drop(tab: Page, bytes: Buffer): Promise<void> {
  return tab.evaluate((base64) => {
    const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([data], "kept.loom"));
    const given = { dataTransfer, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new DragEvent("dragover", given));
    document.body.dispatchEvent(new DragEvent("drop", given));
  }, bytes.toString("base64"));
}
