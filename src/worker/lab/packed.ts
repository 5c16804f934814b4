/** Gets the net that comes with the page from the page's server. */

import {
  type PackedNet,
  PackedNetError,
  parsePackedManifest,
  unpackNet,
} from "../../core/packed-net";
import { LabError } from "../../protocol/lab";
import { PAGE } from "../host";

const REMEDY =
  "See that `npm start` is still running and reachable, then reload the page; or choose another net.";

/** @throws LabError where the server does not answer, or with what is no such net */
export async function fetchShippedNet(): Promise<PackedNet> {
  try {
    return await read("default").catch((error: unknown) => {
      if (!(error instanceof PackedNetError)) throw error;
      // After a new version was put on the server, the browser may keep one file of the one before.
      return read("reload");
    });
  } catch (error) {
    if (error instanceof LabError) throw error;
    if (error instanceof PackedNetError) throw new LabError(error.message, REMEDY);
    const reason = error instanceof Error ? error.message : String(error);
    throw new LabError(`The net that comes with the page cannot be read (${reason}).`, REMEDY);
  }
}

async function read(cache: RequestCache): Promise<PackedNet> {
  const manifest = new URL("nets/nested.json", PAGE);
  const content: unknown = await (await get(manifest, cache)).json();
  const { file } = parsePackedManifest(content);
  const weights = await get(new URL(file, manifest), cache);
  return unpackNet(content, new Uint8Array(await weights.arrayBuffer()));
}

async function get(address: URL, cache: RequestCache): Promise<Response> {
  const response = await fetch(address, { cache });
  if (!response.ok) {
    throw new LabError(
      `The net that comes with the page is missing: the server answers ${response.status} for ${address.pathname}.`,
      REMEDY,
    );
  }
  return response;
}
