/** Average pooling: the mean over those of a window's pixels that are in the image. */

import { floatBytes } from "./bytes";
import { AveragePool, AveragePoolGradient } from "./generated/records";

/** Height and width are the image's. */
export function averagePool(args: AveragePool): void {
  const x = args.x;
  const xPitch = args.xPitch;
  const height = args.height;
  const width = args.width;
  const channels = args.channels;
  const pixel = floatBytes(channels);
  for (let row = 0; row < args.windowsDown; row++) {
    const top = row * args.strideDown - args.top;
    const y0 = max(top, 0);
    const y1 = min(top + args.windowHeight, height);
    let target = args.y + <usize>row * args.yPitch;
    for (let column = 0; column < args.windowsAcross; column++) {
      const left = column * args.strideAcross - args.left;
      const x0 = max(left, 0);
      const x1 = min(left + args.windowWidth, width);
      const share: f32 = 1 / <f32>((y1 - y0) * (x1 - x0));
      const shares = f32x4.splat(share);
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        let sum = f32x4.splat(0);
        for (let i = y0; i < y1; i++) {
          let at = x + <usize>i * xPitch + <usize>x0 * pixel + floatBytes(c);
          for (let j = x0; j < x1; j++) {
            sum = f32x4.add(sum, v128.load(at));
            at += pixel;
          }
        }
        v128.store(target + floatBytes(c), f32x4.mul(sum, shares));
      }
      for (; c < channels; c++) {
        let sum: f32 = 0;
        for (let i = y0; i < y1; i++) {
          let at = x + <usize>i * xPitch + <usize>x0 * pixel + floatBytes(c);
          for (let j = x0; j < x1; j++) {
            sum += f32.load(at);
            at += pixel;
          }
        }
        f32.store(target + floatBytes(c), sum * share);
      }
      target += pixel;
    }
  }
}

/** dx = the shares of all windows that a pixel is in. */
export function averagePoolGradient(args: AveragePoolGradient): void {
  const dx = args.dx;
  const dxPitch = args.dxPitch;
  const height = args.height;
  const width = args.width;
  const channels = args.channels;
  const pixel = floatBytes(channels);
  for (let row = 0; row < height; row++) {
    memory.fill(dx + <usize>row * dxPitch, 0, <usize>width * pixel);
  }
  for (let row = 0; row < args.windowsDown; row++) {
    const top = row * args.strideDown - args.top;
    const y0 = max(top, 0);
    const y1 = min(top + args.windowHeight, height);
    let source = args.dy + <usize>row * args.dyPitch;
    for (let column = 0; column < args.windowsAcross; column++) {
      const left = column * args.strideAcross - args.left;
      const x0 = max(left, 0);
      const x1 = min(left + args.windowWidth, width);
      const share: f32 = 1 / <f32>((y1 - y0) * (x1 - x0));
      const shares = f32x4.splat(share);
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        const part = f32x4.mul(v128.load(source + floatBytes(c)), shares);
        for (let i = y0; i < y1; i++) {
          let at = dx + <usize>i * dxPitch + <usize>x0 * pixel + floatBytes(c);
          for (let j = x0; j < x1; j++) {
            v128.store(at, f32x4.add(v128.load(at), part));
            at += pixel;
          }
        }
      }
      for (; c < channels; c++) {
        const part = f32.load(source + floatBytes(c)) * share;
        for (let i = y0; i < y1; i++) {
          let at = dx + <usize>i * dxPitch + <usize>x0 * pixel + floatBytes(c);
          for (let j = x0; j < x1; j++) {
            f32.store(at, f32.load(at) + part);
            at += pixel;
          }
        }
      }
      source += pixel;
    }
  }
}
