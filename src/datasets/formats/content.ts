/** What a file is that should be one of the data set's: people put the wrong one there. */

/** IDX's codes of a number's type, with its name and bytes. */
const IDX_TYPES: Readonly<Record<number, readonly [name: string, bytes: number]>> = {
  8: ["bytes", 1],
  9: ["signed bytes", 1],
  11: ["16-bit integers", 2],
  12: ["32-bit integers", 4],
  13: ["32-bit floats", 4],
  14: ["64-bit floats", 8],
};

/** What files of other kinds begin with. */
const BEGINNINGS: readonly (readonly [kind: string, ...bytes: number[]])[] = [
  ["packed by gzip twice", 0x1f, 0x8b],
  ["a zip archive", 0x50, 0x4b],
  ["a 7z archive", 0x37, 0x7a, 0xbc, 0xaf],
  ["packed by xz", 0xfd, 0x37, 0x7a, 0x58, 0x5a],
  ["packed by bzip2", 0x42, 0x5a, 0x68],
  ["packed by zstd", 0x28, 0xb5, 0x2f, 0xfd],
  ["a PNG image", 0x89, 0x50, 0x4e, 0x47],
  ["a JPEG image", 0xff, 0xd8, 0xff],
  ["a PDF", 0x25, 0x50, 0x44, 0x46],
  ["an array of NumPy (.npy)", 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59],
];

/** Bytes that tell text from other files. */
const LOOKED_AT = 512;

/** "a web page (HTML)", "empty", "an IDX file of 32-bit floats, 10 × 28 × 28": ends "it is …". */
export function contentOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return "empty";
  const [kind] = BEGINNINGS.find(([, ...start]) => start.every((b, i) => bytes[i] === b)) ?? [];
  if (kind) return kind;
  return idxContent(bytes) ?? textContent(bytes) ?? `no IDX file: it begins with ${hexOf(bytes)}`;
}

/** Two zero bytes, the numbers' type, how many sizes there are, and these, the highest byte first. */
function idxContent(bytes: Uint8Array): string | null {
  if (bytes.length < 8) return null;
  const isReversed = bytes[2] === 0 && bytes[3] === 0 && IDX_TYPES[bytes[1]!] !== undefined;
  if (isReversed) return "an IDX file with its bytes in the reverse order (little-endian)";
  const [name, size] = IDX_TYPES[bytes[2]!] ?? [];
  const rank = bytes[3]!;
  const header = 4 + 4 * rank;
  if (bytes[0] !== 0 || bytes[1] !== 0 || !name || !size || rank === 0) return null;
  if (bytes.length < header) return "an IDX file that ends within its header";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const told = `an IDX file of ${name}, ${sizes.map((each) => each.toLocaleString("en")).join(" × ")}`;
  const expected = header + size * sizes.reduce((product, each) => product * each, 1);
  if (bytes.length === expected) return told;
  const has = `${bytes.length.toLocaleString("en")} of ${expected.toLocaleString("en")} bytes`;
  return bytes.length < expected ? `${told}, cut off after ${has}` : `${told}, and longer: ${has}`;
}

function textContent(bytes: Uint8Array): string | null {
  const start = bytes.subarray(0, LOOKED_AT);
  if (!start.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d)) {
    return null;
  }
  const text = new TextDecoder().decode(start).trimStart();
  if (text.startsWith("version https://git-lfs")) {
    return "a pointer of Git LFS, not the file itself (`git lfs pull` gets that)";
  }
  if (/^<(!doctype html|html|head|body)/i.test(text)) {
    return "a web page (HTML), as some servers send in place of a file";
  }
  if (text.startsWith("<")) return "XML, as some servers send in place of a file";
  if (/^[[{]/.test(text)) return "JSON";
  return `text ("${text.slice(0, 20).split("\n")[0]!.trimEnd()}…")`;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
