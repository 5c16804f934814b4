/** Average pooling: the mean over those of a window's pixels that are in the image. */

import { floatBytes } from "./bytes";
import { AveragePool, AveragePoolGradient } from "./generated/records";
import { firstOfFour, storeLanes } from "./math";

/** Height and width are the image's; the last four channels may be computed twice. */
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
      const pixels = min(left + args.windowWidth, width) - x0;
      const shares = f32x4.splat(1 / <f32>((y1 - y0) * pixels));
      const first = x + <usize>y0 * xPitch + <usize>x0 * pixel;
      let c = 0;
      // Four vectors of channels share each step from pixel to pixel.
      for (; c + 16 <= channels; c += 16) {
        let a = f32x4.splat(0);
        let b = a;
        let d = a;
        let e = a;
        let line = first + floatBytes(c);
        for (let i = y1 - y0; i > 0; i--) {
          let at = line;
          for (let j = pixels; j > 0; j--) {
            a = f32x4.add(a, v128.load(at));
            b = f32x4.add(b, v128.load(at, 16));
            d = f32x4.add(d, v128.load(at, 32));
            e = f32x4.add(e, v128.load(at, 48));
            at += pixel;
          }
          line += xPitch;
        }
        const to = target + floatBytes(c);
        v128.store(to, f32x4.mul(a, shares));
        v128.store(to, f32x4.mul(b, shares), 16);
        v128.store(to, f32x4.mul(d, shares), 32);
        v128.store(to, f32x4.mul(e, shares), 48);
      }
      for (; c < channels; c += 4) {
        const offset = firstOfFour(c, channels);
        let sum = f32x4.splat(0);
        let line = first + offset;
        for (let i = y1 - y0; i > 0; i--) {
          let at = line;
          for (let j = pixels; j > 0; j--) {
            sum = f32x4.add(sum, v128.load(at));
            at += pixel;
          }
          line += xPitch;
        }
        storeLanes(target + offset, f32x4.mul(sum, shares), channels);
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
      const pixels = min(left + args.windowWidth, width) - x0;
      const shares = f32x4.splat(1 / <f32>((y1 - y0) * pixels));
      const first = dx + <usize>y0 * dxPitch + <usize>x0 * pixel;
      let c = 0;
      for (; c + 16 <= channels; c += 16) {
        const from = source + floatBytes(c);
        const a = f32x4.mul(v128.load(from), shares);
        const b = f32x4.mul(v128.load(from, 16), shares);
        const d = f32x4.mul(v128.load(from, 32), shares);
        const e = f32x4.mul(v128.load(from, 48), shares);
        let line = first + floatBytes(c);
        for (let i = y1 - y0; i > 0; i--) {
          let at = line;
          for (let j = pixels; j > 0; j--) {
            v128.store(at, f32x4.add(v128.load(at), a));
            v128.store(at, f32x4.add(v128.load(at, 16), b), 16);
            v128.store(at, f32x4.add(v128.load(at, 32), d), 32);
            v128.store(at, f32x4.add(v128.load(at, 48), e), 48);
            at += pixel;
          }
          line += dxPitch;
        }
      }
      for (; c < channels; c += 4) {
        const part = f32x4.mul(v128.load(source + floatBytes(c)), shares);
        let line = first + floatBytes(c);
        for (let i = y1 - y0; i > 0; i--) {
          let at = line;
          for (let j = pixels; j > 0; j--) {
            storeLanes(at, f32x4.add(v128.load(at), part), channels - c);
            at += pixel;
          }
          line += dxPitch;
        }
      }
      source += pixel;
    }
  }
}
