/** A data set's file from an address: all of it, or one sentence that says why not. */

import { withinTime } from "../../datasets/download/time-limit";
import { DataFileError } from "../../datasets/formats/input";
import { parseAddress } from "../../protocol/address";
import type { BroughtFile } from "../../protocol/own-data";
import { joinSignals } from "../../protocol/signals";

/** More than the files of a data set that can be taken have, but for floats of 8 bytes. */
const MOST_BYTES = 1_200_000_000;

/**
 * Fetches it, into a Blob, which browsers may keep on disk.
 *
 * @param onBytes bytes so far, and of all where the server says so
 * @throws DataFileError, DataError where the server falls silent, and the signal's reason
 */
export async function fetchData(
  address: string,
  get: typeof fetch,
  signal: AbortSignal,
  onBytes: (bytes: number, total: number | null) => void,
): Promise<BroughtFile> {
  const url = parseAddress(address);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new DataFileError(
      `${address.slice(0, 80)} is no address of a file: it begins with https://.`,
    );
  }
  const path = nameOf(url);
  const blob = await withinTime(path, async (limit) => {
    // It need not be released: both signals end with this question.
    const either = joinSignals(signal, limit.signal);
    const response = await get(url.href, {
      signal: either.signal,
      credentials: "omit",
      referrerPolicy: "no-referrer",
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      limit.signal.throwIfAborted();
      // Browsers say no more than "Failed to fetch", each in words of its own.
      if (!(error instanceof TypeError)) throw error;
      throw new DataFileError(
        `${url.host} does not answer, or lets no other page read its files (CORS): download ${path} and drop it here.`,
      );
    });
    limit.heard();
    if (!response.ok || !response.body) {
      throw new DataFileError(
        `${url.host} answers ${response.status} for ${path}: see whether the address is right.`,
      );
    }
    const total = Number(response.headers.get("Content-Length")) || null;
    if (total !== null && total > MOST_BYTES) throw tooLarge(path);
    if (response.headers.get("Content-Type")?.startsWith("text/html")) {
      throw new DataFileError(
        `${address.slice(0, 200)} is a web page, not a file of data: copy the address of its download.`,
      );
    }
    const pieces: Blob[] = [];
    let bytes = 0;
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      limit.heard();
      signal.throwIfAborted();
      bytes += value.length;
      if (bytes > MOST_BYTES) {
        await reader.cancel();
        throw tooLarge(path);
      }
      pieces.push(new Blob([value]));
      onBytes(bytes, total);
    }
    return new Blob(pieces);
  });
  return { path, file: blob };
}

/**
 * Where the labels of an IDX file of images lie, by its name: that with `labels` for `images`, and `idx1` for `idx3`.
 *
 * @returns null for an address of any other file
 */
export function labelsAddress(address: string): string | null {
  const found = /^([^?#]*\/)([^/?#]*)(.*)$/s.exec(address);
  const [, folder, name, rest] = found ?? [];
  if (!name || !/image.*idx[34]|idx[34].*image/i.test(name)) return null;
  const labels = name
    .replace(/image/gi, (word) =>
      word === "IMAGE" ? "LABEL" : word === "Image" ? "Label" : "label",
    )
    .replace(/(idx)[34]/gi, "$11");
  return `${folder}${labels}${rest}`;
}

/** The last part of its path, or its host. */
function nameOf({ pathname, host }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(last) || host;
  } catch {
    return last || host;
  }
}

const tooLarge = (path: string): DataFileError =>
  new DataFileError(
    `${path} has over ${MOST_BYTES / 1e9} GB, more than a data set of images can need here: download it, and bring a part of it.`,
  );
