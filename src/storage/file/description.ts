/** What a run file's description must look like; nothing in it is believed before. */

import * as v from "valibot";
import { parseWith, SchemaError, whole } from "../../checks/schema";
import { FRAMES, RUN_FIELDS } from "../record-schema";

const FORMAT = "latent-loom run";
const FORMAT_VERSION = 1;

/** What a description begins with. */
export const HEADER = { format: FORMAT, version: FORMAT_VERSION } as const;

/** Bytes of one part, unpacked. */
export const MOST_PART_BYTES = 80e6;

const DESCRIPTION = v.object({
  ...RUN_FIELDS,
  frames: FRAMES,
  /** Length in bytes and CRC-32 of each of the other files. */
  parts: v.record(
    v.string(),
    v.object({
      bytes: whole({ min: 0, max: MOST_PART_BYTES }),
      crc32: whole({ min: 0, max: 0xffffffff }),
    }),
  ),
});

export type Description = v.InferOutput<typeof DESCRIPTION>;
export type DescriptionInput = typeof HEADER & v.InferInput<typeof DESCRIPTION>;

/** @throws SchemaError that says in one sentence what is wrong */
export function parseDescription(input: unknown): Description {
  const { format, version } = Object(input) as { format?: unknown; version?: unknown };
  if (format !== FORMAT) throw new SchemaError("It does not say that it is a run of this page.");
  if (version !== FORMAT_VERSION) {
    throw new SchemaError(
      "It is of another version of this page: reload the page, which may be out of date.",
    );
  }
  try {
    return parseWith(DESCRIPTION, input, "description");
  } catch (error) {
    throw error instanceof SchemaError ? new SchemaError(`Its ${error.message}.`) : error;
  }
}
