/** The oldest browsers that the page supports. */

import { join } from "node:path";
import { ROOT, readIfThere } from "./project.mjs";

/** @type {{ browserslist: string[] }} */
const { browserslist } = JSON.parse(readIfThere(join(ROOT, "package.json")) ?? "{}");

/** In the words of Vite: "chrome111". */
export const OLDEST = browserslist.map((entry) =>
  entry.replace("ios_saf", "ios").replace(" >= ", ""),
);
