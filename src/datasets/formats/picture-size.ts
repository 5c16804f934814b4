/** How large a picture says it is, before it is unpacked: 200 bytes may claim 16 GB of pixels. */

/** Height × width of a sheet of 100,000 images of 32 × 32 pixels, about; 400 MB of red, green, blue, alpha. */
export const MOST_PICTURE_PIXELS = 100e6;

export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/**
 * The size in a picture's head; null where the bytes are no head of a PNG, JPEG, GIF or WebP.
 *
 * PNG: the W3C's specification, 11.2.1. JPEG: ITU-T T.81, B.2.2. GIF: GIF89a, 18. WebP: RFC 9649, 2.5 to 2.7.
 */
export function pictureSize(bytes: Uint8Array<ArrayBuffer>): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    switch (bytes[0]) {
      case 0x89:
        return { width: view.getUint32(16), height: view.getUint32(20) };
      case 0xff:
        return jpegSize(view);
      case 0x47:
        return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
      case 0x52:
        return webpSize(view);
      default:
        return null;
    }
  } catch (error) {
    // The file ends before it says so.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Starts of frames, which have the size; C4, C8 and CC of the same range are tables. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Segments follow each other: a marker, and the length of what belongs to it. */
function jpegSize(view: DataView): PictureSize | null {
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // Markers may be filled up with 0xff.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

function webpSize(view: DataView): PictureSize | null {
  const threeBytes = (at: number) => view.getUint16(at, true) + 65_536 * view.getUint8(at + 2);
  switch (view.getUint32(12)) {
    case 0x56503858: // "VP8X"
      return { width: 1 + threeBytes(24), height: 1 + threeBytes(27) };
    case 0x5650384c: {
      // "VP8L": 14 bits each behind a signature of one byte.
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) };
    }
    case 0x56503820: // "VP8 ": behind a frame's tag and start code; the upper two bits are a scale.
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    default:
      return null;
  }
}
