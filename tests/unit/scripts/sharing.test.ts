import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../../scripts/lib/project.mjs";
import { PREVIEW, shared } from "../../../scripts/lib/sharing.mjs";

interface Tag {
  readonly attrs: { readonly property: string; readonly content: string };
}
const tagsFor = (address: string | undefined) => {
  const transform = shared(address).transformIndexHtml as unknown as () => Tag[];
  return Object.fromEntries(transform().map(({ attrs }) => [attrs.property, attrs.content]));
};

it("a page whose address is known says where its picture is, which is as large as said", () => {
  const tags = tagsFor("https://example.org/loom/");
  expect(tags["og:url"]).toBe("https://example.org/loom/");
  const picture = tags["og:image"]!.replace("https://example.org/loom/", "public/");
  const bytes = readFileSync(join(ROOT, picture));
  // Where a PNG has its width and height.
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([PREVIEW.width, PREVIEW.height]);
  expect(tags["og:image:width"]).toBe(String(PREVIEW.width));
  expect(bytes.length).toBeLessThan(300_000);
});

it("a page that may be anywhere names no address, but a title and a sentence", () => {
  expect(tagsFor(undefined)).toEqual({});
  const html = readFileSync(join(ROOT, "index.html"), "utf8");
  expect(html).toMatch(/property="og:title"\s+content="[^"]{20,}"/);
  expect(html).toMatch(/property="og:description"\s+content="[^"]{20,}"/);
});

it.each(["example.org/loom", "ftp://example.org/", "https://a b", "https://example.org/?v=1", ""])(
  "build refuses the address %j in words",
  (address) => {
    // Refused before anything is installed or built.
    const { status, stderr } = spawnSync(
      process.execPath,
      ["scripts/build.mjs", `--url=${address}`],
      { cwd: ROOT, encoding: "utf8" },
    );
    expect(stderr).toContain(`--url ${address} is not the address of a page. Allowed: --url`);
    expect(status).toBe(2);
  },
);
