/** Another name for the same numbers: see the stores of tensors. */

import type { Lower } from "../../webgpu/lower/context";
import type { ReshapeOperation } from ".";

export const reshape: Lower<ReshapeOperation> = () => ({ run: [] });
