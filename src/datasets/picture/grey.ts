/** Pictures of any size, in colour as a canvas hands them out, and in grey. */

/** width × height × 4 bytes, row by row, not premultiplied. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray;
}

/** width × height values 0 to 255, row by row. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Red, green and blue, or one channel of a picture that is grey: width × height values each. */
export type Channels = readonly Float32Array[];

/** @param ground the grey, 0 to 255, that shows through what is transparent */
export function channelsOf({ rgba }: Pixels, ground: number): Channels {
  const [red, green, blue] = [0, 1, 2].map((channel) => {
    const values = new Float32Array(rgba.length / 4);
    for (let i = 0; i < values.length; i++) {
      const alpha = rgba[4 * i + 3]! / 255;
      values[i] = rgba[4 * i + channel]! * alpha + ground * (1 - alpha);
    }
    return values;
  });
  const isGrey = red!.every((value, at) => value === green![at] && value === blue![at]);
  return isGrey ? [red!] : [red!, green!, blue!];
}

/** Brightness of red, green and blue by Rec. 601, as JPEG and Pillow take it. */
export function greyOf([red, green, blue]: Channels): Float32Array {
  if (!green || !blue) return red!;
  return red!.map((value, at) => 0.299 * value + 0.587 * green[at]! + 0.114 * blue[at]!);
}
