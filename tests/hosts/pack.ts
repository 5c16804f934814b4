import { packFiles } from "../../scripts/lib/packed.mjs";

/** As `npm run build` leaves the page, with its packed files. */
export const setup = (): Promise<void> => packFiles("dist");
