/** Bodies of HTTP answers that are read whole: never more of one than can be meant. */

/** More bytes came than the file can have. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/**
 * All of an answer's body.
 *
 * @param heard is called when something of it has come
 * @throws BodyTooLargeError as soon as it has more bytes than that, and what reading throws
 */
export async function readBody(
  response: Response,
  mostBytes: number,
  heard: () => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) break;
    heard();
    length += value.length;
    if (length > mostBytes) {
      await reader?.cancel();
      throw new BodyTooLargeError(`It has over ${mostBytes / 1e6} MB.`);
    }
    pieces.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
