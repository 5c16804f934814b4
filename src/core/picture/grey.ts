/** Pictures of any size in grey, as a canvas hands them out. */

/** width × height values 0 to 255, row by row. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/**
 * Brightness of RGBA pixels by Rec. 601, as JPEG and Pillow take it; what is transparent shows a
 * white ground.
 *
 * @param rgba width × height × 4 bytes, not premultiplied
 */
export function toGrey(rgba: Uint8ClampedArray, width: number, height: number): GreyPicture {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const at = i * 4;
    const grey = 0.299 * rgba[at]! + 0.587 * rgba[at + 1]! + 0.114 * rgba[at + 2]!;
    const alpha = rgba[at + 3]! / 255;
    values[i] = grey * alpha + 255 * (1 - alpha);
  }
  return { width, height, values };
}

/** The ground that a garment lies on: the median of the picture's outermost pixels. */
export function groundOf({ width, height, values }: GreyPicture): number {
  const edge: number[] = [];
  for (let x = 0; x < width; x++) edge.push(values[x]!, values[(height - 1) * width + x]!);
  for (let y = 1; y < height - 1; y++) edge.push(values[y * width]!, values[(y + 1) * width - 1]!);
  edge.sort((a, b) => a - b);
  return edge[edge.length >> 1]!;
}

/**
 * The garment on black, as in Fashion-MNIST: distance from the ground, stretched to 0 to 255.
 *
 * On a light ground the picture is inverted; on a dark one it stays. What lies beyond the ground,
 * such as a highlight on white paper, is black too.
 */
export function onBlack(picture: GreyPicture, ground: number): GreyPicture {
  const isLight = ground > 127.5;
  const reach = isLight ? ground : 255 - ground;
  const values = picture.values.map((value) => {
    const distance = isLight ? ground - value : value - ground;
    return Math.max(0, (255 * distance) / reach);
  });
  return { ...picture, values };
}
