/** Trousers: two legs from one waist, slim, straight or flared. */

import type { Rng } from "../../math/rng";
import { type Canvas, curve, mirrored, type Point, type Shade } from "./canvas";
import { between, chance, cloth, clothBrightness } from "./fabric";

const MIDDLE = 14;

export function drawTrousers(canvas: Canvas, rng: Rng): void {
  const top = between(rng, 0.2, 1);
  const hem = between(rng, 26.4, 27.9);
  const waist = between(rng, 3.2, 5);
  const hip = waist + between(rng, 0.3, 1.3);
  const crotch = between(rng, 8, 11.5);
  // How far the legs stand apart at the hem, and how wide a leg is there.
  const gap = between(rng, 0.3, 2.6);
  const legWidth = between(rng, 2.2, 4.4);
  const kneeWidth = Math.min(hip - 0.3, legWidth + between(rng, -0.3, 1));

  const half = (): Point[] => {
    const loose = () => between(rng, -0.15, 0.15);
    const hipPoint: Point = [MIDDLE + hip + loose(), top + between(rng, 5, 7)];
    const kneeY = (crotch + hem) / 2;
    const kneeInner = gap * 0.45;
    const knee: Point = [MIDDLE + kneeInner + kneeWidth + loose(), kneeY];
    const hemOuter: Point = [MIDDLE + gap + legWidth + loose(), hem + loose()];
    const hemInner: Point = [MIDDLE + gap + loose(), hem + loose()];
    return [
      [MIDDLE + waist, top],
      ...curve([MIDDLE + waist, top], [MIDDLE + hip, top + 2], hipPoint),
      knee,
      hemOuter,
      hemInner,
      ...curve(hemInner, [MIDDLE + kneeInner * 0.6, kneeY], [MIDDLE, crotch]),
    ];
  };
  const outline = [...half(), ...mirrored(half(), MIDDLE).reverse()];

  const brightness = clothBrightness(rng);
  canvas.fill(outline, legCloth(rng, brightness, crotch, hem, gap + legWidth / 2, hip));

  const seam: Shade = () => brightness * 0.55;
  canvas.stroke(
    [
      [MIDDLE, top + 1.5],
      [MIDDLE, crotch + 0.5],
    ],
    0.8,
    seam,
    0.8,
  );
  const band = top + between(rng, 1.2, 2);
  canvas.stroke(
    [
      [MIDDLE - waist, band],
      [MIDDLE + waist, band],
    ],
    0.8,
    seam,
    0.8,
  );
  if (chance(rng, 0.6)) {
    const depth = between(rng, 2, 4);
    for (const direction of [-1, 1]) {
      canvas.stroke(
        [
          [MIDDLE + direction * (waist - 1.6), band],
          [MIDDLE + direction * (hip - 0.2), band + depth],
        ],
        0.7,
        seam,
        0.8,
      );
    }
  }
  if (chance(rng, 0.2)) {
    // Turn-ups.
    const reach = gap + legWidth;
    for (const direction of [-1, 1]) {
      canvas.stroke(
        [
          [MIDDLE + direction * gap, hem - 1.6],
          [MIDDLE + direction * reach, hem - 1.6],
        ],
        0.8,
        () => Math.min(1, brightness * 1.25),
      );
    }
  }
}

/** Each leg is round by itself below the crotch, and worn cloth is lighter on the thighs. */
function legCloth(
  rng: Rng,
  brightness: number,
  crotch: number,
  hem: number,
  legAtHem: number,
  hip: number,
): Shade {
  const wear = chance(rng, 0.4) ? between(rng, 0.15, 0.5) : 0;
  const crease = chance(rng, 0.4) ? between(rng, -0.25, 0.25) : 0;
  const legAxis = (x: number, y: number) => {
    const down = Math.min(1, Math.max(0, (y - 4) / (hem - 4)));
    const away = hip / 2 + (legAtHem - hip / 2) * down;
    return MIDDLE + (x < MIDDLE ? -away : away);
  };
  const plain = cloth(rng, brightness, legAxis, hip / 2 + 1);
  return (x, y) => {
    const across = x - legAxis(x, y);
    const thigh = Math.exp(-((y - crotch) ** 2) / 30 - (across * across) / 3);
    const line = Math.exp(-(across * across) / 0.5);
    return plain(x, y) * (1 + wear * thigh + crease * line);
  };
}
