/** Files of the built page packed beside themselves: a server sends them as they are, and packs nothing. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { filesUnder, ROOT } from "./project.mjs";

const WAYS = [
  { ending: ".br", pack: promisify(brotliCompress) },
  { ending: ".gz", pack: (/** @type {Buffer} */ bytes) => promisify(gzip)(bytes, { level: 9 }) },
];
/** Packed in themselves, or settings of servers. */
const AS_THEY_ARE = /\.(shard|png|woff2|br|gz|conf)$|\/[_.][^/]*$/;
/** What saves less is not worth a second file. */
const WORTH = 0.95;
/** Fits one packet either way. */
const SMALL = 1000;

/** Packs what has no packed file beside it yet: a build empties the folder first. */
export async function packFiles(/** @type {string} */ folder) {
  const there = new Set(filesUnder(folder));
  const files = [...there].filter((file) => !AS_THEY_ARE.test(file));
  const work = files.flatMap((file) => WAYS.map((way) => ({ ...way, file })));
  await Promise.all(
    work.map(async ({ file, ending, pack }) => {
      if (there.has(file + ending)) return;
      const bytes = readFileSync(join(ROOT, file));
      if (bytes.length < SMALL) return;
      const packed = await pack(bytes);
      if (packed.length < WORTH * bytes.length) writeFileSync(join(ROOT, file + ending), packed);
    }),
  );
}
