/** Shoes, seen from the side with the toe to the left, and bags. */

import type { Rng } from "../../math/rng";
import { type Canvas, curve, type Point, type Shade } from "./canvas";
import { between, chance, cloth, clothBrightness } from "./fabric";

export function drawSneaker(canvas: Canvas, rng: Rng): void {
  const sole = between(rng, 18.5, 20.5);
  const collar = sole - between(rng, 6, 8);
  const brightness = clothBrightness(rng);
  const instep = between(rng, 12, 15);
  const upper: Point[] = [
    [0.8, sole],
    ...curve([0.8, sole], [0.4, sole - 3.2], [4.5, sole - 3.8]),
    ...curve([4.5, sole - 3.8], [9, sole - 4.6], [instep, collar]),
    ...curve([instep, collar], [20, collar + 1.6], [25.5, collar - 0.6]),
    ...curve([25.5, collar - 0.6], [27.6, sole - 4], [26.8, sole]),
  ];
  canvas.fill(upper, leather(rng, brightness));
  drawSole(canvas, rng, sole, between(rng, 1.4, 2.4), brightness);
  const lace: Shade = () => Math.min(1, brightness * between(rng, 0.4, 0.6));
  for (let i = 0; i < 3; i++) {
    const x = 8.5 + i * 1.9;
    canvas.stroke(
      [
        [x, sole - 4.4 - i * 0.9],
        [x + 1.4, sole - 2.4 - i * 0.9],
      ],
      0.7,
      lace,
    );
  }
  if (chance(rng, 0.6)) {
    const contrast = brightness > 0.5 ? brightness * 0.45 : brightness * 1.8;
    canvas.stroke(
      [
        [13, sole - 1.6],
        [20, collar + 1.8],
      ],
      between(rng, 0.9, 2),
      () => contrast,
    );
  }
}

export function drawBoot(canvas: Canvas, rng: Rng): void {
  const sole = between(rng, 24.5, 26.6);
  const top = between(rng, 1, 8);
  const heel = between(rng, 0.6, 3);
  const brightness = clothBrightness(rng);
  const ankle = sole - between(rng, 8, 10);
  const front = between(rng, 12, 15);
  const boot: Point[] = [
    [0.8, sole],
    ...curve([0.8, sole], [0.4, sole - 4.5], [6, sole - 5]),
    ...curve([6, sole - 5], [11.5, sole - 5.5], [front, ankle]),
    [front + between(rng, -0.5, 0.8), top],
    [26, top + between(rng, -0.4, 0.6)],
    ...curve([26, top], [25, ankle], [26.8, sole - 2]),
    [26.8, sole],
  ];
  canvas.fill(boot, leather(rng, brightness));
  drawSole(canvas, rng, sole, 1.1, brightness);
  canvas.fill(
    [
      [19.5, sole],
      [26.8, sole],
      [26.2, sole + heel],
      [20.5, sole + heel],
    ],
    () => brightness * 0.5,
  );
  if (chance(rng, 0.5)) {
    const y = between(rng, top + 1.5, ankle);
    canvas.stroke(
      [
        [front, y],
        [26, y + 0.6],
      ],
      0.9,
      () => brightness * 0.5,
    );
  } else {
    canvas.stroke(
      [
        [19, top + 1],
        [18.5, ankle + 3],
      ],
      0.8,
      () => brightness * 0.55,
    );
  }
}

export function drawSandal(canvas: Canvas, rng: Rng): void {
  const toe = between(rng, 20, 23);
  const heel = chance(rng, 0.45) ? between(rng, 4, 11) : between(rng, 0.4, 2);
  const brightness = between(rng, 0.35, 0.95);
  const thickness = between(rng, 1.1, 2);
  const heelY = toe - heel;
  const footbed: Point[] = [[1, toe], ...curve([1, toe], [10, toe + 0.4], [17, toe - heel * 0.6])];
  footbed.push(...curve(footbed.at(-1)!, [22, heelY], [27, heelY]));
  canvas.stroke(footbed, thickness, () => brightness * 0.8);
  if (heel > 3) {
    canvas.fill(
      [
        [24, heelY],
        [27.3, heelY],
        [26.4, toe + 0.8],
        [25.2, toe + 0.8],
      ],
      () => brightness * 0.6,
    );
  } else {
    canvas.fill(
      [
        [19, toe - 0.4],
        [27, heelY],
        [27, toe + 1.2],
        [19, toe + 1],
      ],
      () => brightness * 0.6,
    );
  }
  const strap: Shade = (x) => brightness * (0.8 + 0.2 * Math.sin(x));
  const width = between(rng, 0.9, 2.2);
  canvas.stroke(
    [[3, toe - 0.4], ...curve([3, toe - 0.4], [6.5, toe - 6], [11, toe - 0.8])],
    width,
    strap,
  );
  if (chance(rng, 0.6)) {
    const from: Point = [9, toe - 0.8];
    canvas.stroke([from, ...curve(from, [12, toe - 6], [17, toe - heel * 0.6])], width, strap);
  }
  const ankle = heelY - between(rng, 4, 6);
  canvas.stroke(
    [
      [26.6, heelY],
      [26.4, ankle],
      [17.5, ankle + 0.8],
    ],
    between(rng, 0.8, 1.4),
    strap,
  );
}

export function drawBag(canvas: Canvas, rng: Rng): void {
  const top = between(rng, 8, 12);
  const bottom = between(rng, 22, 26.5);
  const halfTop = between(rng, 8, 12.5);
  const halfBottom = Math.min(13.4, halfTop + between(rng, -1.5, 2));
  const brightness = clothBrightness(rng);
  const grip = between(rng, 3.5, halfTop - 1.5);
  const handleTop = between(rng, 0.8, 5);
  const handle: Point[] = [
    [14 - grip, top + 1],
    ...curve([14 - grip, top + 1], [14 - grip * 0.9, handleTop], [14, handleTop]),
    ...curve([14, handleTop], [14 + grip * 0.9, handleTop], [14 + grip, top + 1]),
  ];
  canvas.stroke(handle, between(rng, 0.9, 1.8), () => brightness * 0.75);
  const corner = between(rng, 0.5, 2.5);
  const body: Point[] = [
    [14 - halfTop, top],
    [14 + halfTop, top],
    [14 + halfBottom, bottom - corner],
    ...curve(
      [14 + halfBottom, bottom - corner],
      [14 + halfBottom, bottom],
      [14 + halfBottom - corner, bottom],
    ),
    [14 - halfBottom + corner, bottom],
    ...curve(
      [14 - halfBottom + corner, bottom],
      [14 - halfBottom, bottom],
      [14 - halfBottom, bottom - corner],
    ),
  ];
  canvas.fill(
    body,
    cloth(rng, brightness, () => 14, halfBottom + 2),
  );
  const seam: Shade = () => brightness * 0.5;
  if (chance(rng, 0.5)) {
    // A flap with a clasp.
    const flap = top + between(rng, 4, 7);
    canvas.stroke(
      [
        [14 - halfTop, flap],
        [14 + halfTop, flap],
      ],
      0.8,
      seam,
    );
    canvas.fill(
      [
        [13, flap - 1],
        [15, flap - 1],
        [15, flap + 1.2],
        [13, flap + 1.2],
      ],
      () => (brightness > 0.5 ? 0.2 : 0.9),
    );
  } else {
    canvas.stroke(
      [
        [14 - halfTop, top + 1.5],
        [14 + halfTop, top + 1.5],
      ],
      0.8,
      seam,
    );
  }
}

function leather(rng: Rng, brightness: number): Shade {
  const plain = cloth(rng, brightness, () => 14, 18);
  const shine = between(rng, 0, 0.3);
  return (x, y) => plain(x, y) * (1 + shine * Math.exp(-((x - 5) ** 2) / 8));
}

function drawSole(canvas: Canvas, rng: Rng, y: number, height: number, upper: number): void {
  const brightness = chance(rng, 0.5) ? between(rng, 0.75, 1) : upper * 0.5;
  canvas.fill(
    [
      [0.5, y - 0.4],
      [27.2, y - 0.4],
      [27, y + height],
      [1, y + height],
    ],
    () => brightness,
  );
}
