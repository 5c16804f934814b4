/** What a zip says of the files in it. */

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/**
 * The CRC-32 that a zip's directory gives for one of its files; null where it has no such file.
 *
 * Places of the fields: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.12 and 4.3.16.
 *
 * @throws RangeError for a zip whose directory leads out of it.
 */
export function zipChecksum(zip: Uint8Array, name: string): number | null {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let end = zip.length - 22;
  while (view.getUint32(end, true) !== END_OF_DIRECTORY) end--;
  const files = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let file = 0; file < files && view.getUint32(at, true) === DIRECTORY_ENTRY; file++) {
    const length = view.getUint16(at + 28, true);
    const called = zip.subarray(at + 46, at + 46 + length);
    if (new TextDecoder().decode(called) === name) return view.getUint32(at + 16, true);
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return null;
}
