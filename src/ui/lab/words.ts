/** Words of the lab that stand in several places. */

import type { Protocol } from "../training/curves";

export const PROTOCOL_NAMES: Readonly<Record<Protocol, string>> = {
  ssimWriteup: "write-up protocol",
  ssim: "Wang et al. 2004",
};
