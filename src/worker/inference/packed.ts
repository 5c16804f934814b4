/** Gets the net that comes with the page from the page's server. */

import { BodyTooLargeError, readBody } from "../../datasets/download/body";
import { DataError } from "../../datasets/download/errors";
import { type TimeLimits, withinTime } from "../../datasets/download/time-limit";
import { AnswerError } from "../../protocol/rpc";
import {
  MOST_MANIFEST_BYTES,
  type PackedNet,
  PackedNetError,
  parsePackedManifest,
  unpackNet,
} from "../../runs/packed-net";
import { PAGE } from "../host";

const REMEDY =
  "See that you are online, then reload the page; or choose another net, such as one that you trained.";

/**
 * @param limits of each of its two files
 * @throws AnswerError where the server does not answer, or never to the end, or with what is no such net
 */
export async function fetchShippedNet(limits?: TimeLimits): Promise<PackedNet> {
  try {
    return await read("default", limits).catch((error: unknown) => {
      if (!(error instanceof PackedNetError)) throw error;
      // After a new version was put on the server, the browser may keep one file of the one before.
      return read("reload", limits);
    });
  } catch (error) {
    if (error instanceof AnswerError) throw error;
    if (error instanceof PackedNetError || error instanceof DataError) {
      throw new AnswerError(error.message, REMEDY, true);
    }
    // Browsers say no more than "Failed to fetch", each in words of its own.
    throw new AnswerError("The net that comes with the page did not arrive.", REMEDY, true);
  }
}

async function read(cache: RequestCache, limits?: TimeLimits): Promise<PackedNet> {
  const address = new URL("nets/nested.json", PAGE);
  const manifest = await body(address, MOST_MANIFEST_BYTES, cache, limits);
  const content = parseJson(new TextDecoder().decode(manifest));
  const { file, bytes } = parsePackedManifest(content);
  return unpackNet(content, await body(new URL(file, address), bytes, cache, limits));
}

async function body(
  address: URL,
  mostBytes: number,
  cache: RequestCache,
  limits?: TimeLimits,
): Promise<Uint8Array> {
  try {
    return await withinTime(
      "The net that comes with the page",
      async ({ signal, heard }) => readBody(await get(address, cache, signal), mostBytes, heard),
      limits,
    );
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    throw new PackedNetError(
      `The net that comes with the page is damaged: ${address.pathname} has more than ${mostBytes} bytes.`,
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PackedNetError("The stored net's manifest is damaged: it is not JSON.");
  }
}

async function get(address: URL, cache: RequestCache, signal: AbortSignal): Promise<Response> {
  const response = await fetch(address, { cache, signal });
  if (!response.ok) {
    throw new AnswerError(
      `The net that comes with the page is missing: the server answers ${response.status} for ${address.pathname}.`,
      REMEDY,
      true,
    );
  }
  return response;
}
